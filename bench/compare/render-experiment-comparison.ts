import type { Experiment, ExperimentMetric } from '../../contract/experiment.ts';
import { noSample } from '../report/format.ts';
import type { ExperimentComparison } from './compare-experiments.ts';
import { describeRatio } from './describe-ratio.ts';
import { formatConfidence, shortTitle } from './describe-verdict.ts';
import { describeDifference } from './find-differences.ts';
import { layOut } from './render-comparison.ts';

/** Each says how its after stands to its before; how one experiment stands to the other, nothing here does. */
const note =
  'No verdict: these versions are of different sessions. Each ratio is after / before within its own version.';

/** Side by side for a terminal. */
export function renderExperimentComparison(
  { differences, subject, ratios }: ExperimentComparison,
  experiments: readonly [Experiment, Experiment],
): string {
  const cells = [
    ['', ...experiments.map(({ name, number }) => `${name} ${number ?? 'draft'}`)],
    ['verdict', ...experiments.map(({ verdict }) => verdict.value.replace('_', ' '))],
    ['pairs', ...experiments.map(({ design }) => String(design.pairs))],
    ['interval', ...experiments.map((experiment) => formatConfidence(experiment))],
    ...ratios.map(({ title, scenario, one, other }) => [
      `${shortTitle({ title })}${scenario === null ? '' : ` (${scenario})`}`,
      formatRatio(one),
      formatRatio(other),
    ]),
  ];
  return [
    ...(differences.length === 0
      ? []
      : [`FORCED: these versions do not compare: ${differences.map(describeDifference).join('; ')}`]),
    `differs   ${subject.map(describeDifference).join('\n          ') || 'nothing in the subject'}`,
    '',
    ...layOut(cells),
    '',
    ...experiments.flatMap(describeDoubts),
    note,
  ].join('\n');
}

function formatRatio(metric: ExperimentMetric | null): string {
  if (metric === null || metric.ratio === null) return noSample;
  const { estimate, interval } = describeRatio(metric);
  if (estimate === noSample) return noSample;
  return `× ${estimate} (${interval})${metric.verdict === null ? '' : ` ${metric.verdict}`}`;
}

function describeDoubts({ name, number, verdict, draft_reasons }: Experiment): string[] {
  const which = `${name} ${number ?? 'draft'}`;
  return [
    ...verdict.reasons.map((reason) => `doubt     ${which}: ${reason}`),
    ...draft_reasons.map((reason) => `doubt     ${which} is a draft: ${reason}`),
  ];
}
