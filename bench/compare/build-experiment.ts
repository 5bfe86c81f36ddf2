import type { Experiment, ExperimentDefinition, ExperimentRound } from '../../contract/experiment.ts';
import { comparedMetrics } from './compared-metrics.ts';
import { describeArm } from './describe-arm.ts';
import type { ExperimentInput, RoundResult } from './experiment-input.ts';
import { findCause } from './find-cause.ts';
import { judgeExperiment } from './judge-experiment.ts';
import { listMetrics } from './list-metrics.ts';
import { listReferences } from './list-references.ts';
import { measureNoise } from './measure-noise.ts';

/** The document of an experiment, from the reports of its runs. A pure function. */
export function buildExperiment(input: ExperimentInput): Experiment {
  const rounds = keepPairs(input.rounds);
  const [first] = rounds;
  const last = rounds.at(-1);
  if (!first || !last) throw new Error(`The experiment ${input.name} has no pair of a before and an after.`);
  const judged = listMetrics(rounds, input);
  const verdict = judgeExperiment(rounds, judged, input);
  // Where nobody may look, or nothing may be believed, there is nothing to say of guards, either.
  const metrics = hasDecided(verdict) ? judged : judged.map((metric) => ({ ...metric, verdict: null }));
  const pairs = rounds.length / 2;
  const experiment: Experiment = {
    schema: 'modelrig.experiment/1',
    name: input.name,
    number: input.number,
    question: input.question,
    definition: input.definition,
    origin: input.origin,
    command: input.command,
    started_at: first.report.started_at,
    completed_at: last.report.completed_at,
    workload: first.report.workload,
    design: {
      looks: [...input.design.looks],
      confidence: input.design.confidence,
      same_confidence: input.design.sameConfidence,
      margin: input.margin,
      seed: input.seed,
      pairs,
    },
    verdict,
    prediction_held: judgePrediction(input.definition, verdict, metrics),
    metrics,
    arms: { before: describeArm(rounds, 'before'), after: describeArm(rounds, 'after') },
    cause: findCause(rounds, verdict, input.design.confidence),
    noise: measureNoise(rounds, input),
    references: listReferences(rounds, input.s3BytesPerSecond ?? []),
    unmeasured_references: [...new Set(input.s3Unmeasured)].map((reason) => ({ name: 'S3 itself', reason })),
    arithmetic: input.arithmetic,
    environment: first.report.fingerprint.environment,
    rounds: rounds.map(describeRound),
    draft_reasons: [
      ...new Set([...input.draftReasons, ...rounds.flatMap(({ report }) => report.draft_reasons)]),
    ],
    left_out: [],
    changes: [],
  };
  return { ...experiment, changes: listChanges(experiment, input.previous) };
}

function hasDecided({ value }: Experiment['verdict']): boolean {
  return value !== 'NO_VERDICT' && value !== 'INVALID';
}

/** In order of time, without those whose other side is missing. */
function keepPairs(rounds: readonly RoundResult[]): RoundResult[] {
  const sides = Map.groupBy(rounds, ({ pair }) => pair);
  return rounds.filter(({ pair }) => new Set(sides.get(pair)?.map(({ phase }) => phase)).size === 2);
}

function judgePrediction(
  definition: ExperimentDefinition | null,
  verdict: Experiment['verdict'],
  metrics: Experiment['metrics'],
): boolean | null {
  const { value } = verdict;
  if (definition === null || !hasDecided(verdict) || value === 'INCONCLUSIVE') return null;
  const { direction, ratio: wanted } = definition.predicted;
  if (value !== direction) return false;
  const primary = metrics.find(({ role }) => role === 'primary');
  const estimate = primary?.ratio?.estimate;
  if (wanted === null || estimate === undefined) return true;
  const found = estimate === 'infinite' ? Number.POSITIVE_INFINITY : estimate;
  return wanted >= 1 ? found >= wanted : found <= wanted;
}

function describeRound({ report, ...round }: RoundResult): ExperimentRound {
  const { guardReports, document, sha256, pair, position, phase } = round;
  return {
    pair,
    position,
    phase,
    run_id: report.run_id,
    started_at: report.started_at,
    guard_runs: Object.fromEntries(
      Object.entries(guardReports).map(([scenario, { run_id }]) => [scenario, run_id]),
    ),
    verdict: report.verdict,
    labels: report.labels,
    figures: Object.fromEntries(comparedMetrics.map(({ name, read }) => [name, read(report)])),
    report: document,
    report_sha256: sha256,
  };
}

/** What is not as it was in the last version, a clause each. */
function listChanges(now: Experiment, previous: Experiment | null): string[] {
  if (previous === null) return [];
  const commits = (experiment: Experiment) =>
    (['before', 'after'] as const).map((phase) => experiment.arms[phase].subject.git_commit.slice(0, 12));
  const [commit, lastCommit] = [commits(now).join(' and '), commits(previous).join(' and ')];
  const source = now.definition?.source_sha256;
  return [
    ...(now.verdict.value === previous.verdict.value
      ? []
      : [`the verdict is ${now.verdict.value}; it was ${previous.verdict.value}`]),
    ...(commit === lastCommit ? [] : [`the commits are ${commit}; they were ${lastCommit}`]),
    ...(source === previous.definition?.source_sha256 ? [] : ['the definition is another one']),
    ...(now.environment.kernel === previous.environment.kernel &&
    now.environment.cpu_model === previous.environment.cpu_model
      ? []
      : ['the machine is another one, so the figures of the two do not compare']),
  ];
}
