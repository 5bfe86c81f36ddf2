import type { ExperimentMetric, Ratio } from '../../contract/experiment.ts';
import type { Report } from '../../contract/report.ts';
import type { Design } from '../statistics/design.ts';
import { judgeGuards } from '../statistics/judge-guards.ts';
import { judgeShift } from '../statistics/judge-shift.ts';
import { takeLogRatio } from '../statistics/pair-order.ts';
import { analysePairs, type PairedShift } from '../statistics/walsh-estimate.ts';
import { type ComparedMetric, comparedMetrics, findMetric } from './compared-metrics.ts';
import type { GuardPlan, RoundResult } from './experiment-input.ts';
import { findMedian } from './find-median.ts';
import { isWithheld } from './is-withheld.ts';

interface MetricsPlan {
  readonly primary: string;
  readonly margin: number;
  readonly guards: readonly GuardPlan[];
  readonly design: Design;
}

interface Row {
  readonly metric: ComparedMetric;
  readonly role: ExperimentMetric['role'];
  readonly scenario: string | null;
  readonly margin: number | null;
  readonly shift: PairedShift | null;
  readonly before: readonly Report[];
  readonly after: readonly Report[];
}

/** The primary metric, then the guards, then whatever else the runs tell. Verdicts are for the first two. */
export function listMetrics(rounds: readonly RoundResult[], plan: MetricsPlan): ExperimentMetric[] {
  const primary = describeRow(rounds, findMetric(plan.primary), 'primary', plan.margin, null);
  const guards = plan.guards.map(({ metric, margin, scenario }) =>
    describeRow(rounds, findMetric(metric), 'guard', margin, scenario ?? null),
  );
  const named = new Set([
    plan.primary,
    ...plan.guards.filter((guard) => !guard.scenario).map(({ metric }) => metric),
  ]);
  const others = comparedMetrics
    .filter(({ name }) => !named.has(name))
    .map((metric) => describeRow(rounds, metric, 'secondary', null, null));
  const guardVerdicts = judgeGuards(
    guards.map(({ shift, margin, metric }) => ({ shift, margin: margin ?? 0, better: metric.better })),
    plan.design,
  );
  return [
    finish(primary, plan.design, judgePrimary(primary, plan)),
    ...guards.map((row, index) => finish(row, plan.design, guardVerdicts[index] ?? 'UNPROVEN')),
    ...others.map((row) => finish(row, plan.design, null)),
  ];
}

function judgePrimary({ shift, metric }: Row, { design, margin }: MetricsPlan): ExperimentMetric['verdict'] {
  return shift === null ? null : judgeShift(shift, design, { margin, better: metric.better }).value;
}

function describeRow(
  rounds: readonly RoundResult[],
  metric: ComparedMetric,
  role: Row['role'],
  margin: number | null,
  scenario: string | null,
): Row {
  const reportsOf = (phase: string) =>
    rounds
      .filter((round) => round.phase === phase)
      .flatMap(({ report, guardReports }) => (scenario === null ? report : (guardReports[scenario] ?? [])));
  return {
    metric,
    role,
    scenario,
    margin,
    shift: analyse(rounds, metric, scenario),
    before: reportsOf('before'),
    after: reportsOf('after'),
  };
}

/** Null when a pair lacks the figure on one side: to leave pairs out would choose among them. */
function analyse(
  rounds: readonly RoundResult[],
  metric: ComparedMetric,
  scenario: string | null,
): PairedShift | null {
  const differences = takeDifferences(rounds, metric, scenario);
  return differences === null || differences.length === 0 ? null : analysePairs(differences);
}

/** ln(after / before) of each pair, in order of the pairs; null when a figure is missing. */
export function takeDifferences(
  rounds: readonly RoundResult[],
  metric: ComparedMetric,
  scenario: string | null = null,
): number[] | null {
  const differences: number[] = [];
  for (const pair of new Set(rounds.map((round) => round.pair))) {
    const figure = (phase: string) => {
      const round = rounds.find((one) => one.pair === pair && one.phase === phase);
      const report = scenario === null ? round?.report : round?.guardReports[scenario];
      return report ? metric.read(report) : null;
    };
    const [before, after] = [figure('before'), figure('after')];
    if (before === null || after === null) return null;
    differences.push(takeLogRatio(before, after));
  }
  return differences;
}

function finish(row: Row, design: Design, verdict: ExperimentMetric['verdict']): ExperimentMetric {
  const { metric, role, scenario, margin, shift, before, after } = row;
  const is_at_least = {
    before: before.some((report) => metric.isAtLeast?.(report)),
    after: after.some((report) => metric.isAtLeast?.(report)),
  };
  const isUnproven =
    role === 'guard' && verdict !== null && isWithheld(verdict, { better: metric.better, is_at_least });
  return {
    metric: metric.name,
    title: metric.title,
    unit: metric.unit,
    better: metric.better,
    role,
    scenario,
    before: findMedian(listFigures(before, metric)),
    after: findMedian(listFigures(after, metric)),
    is_at_least,
    ratio: shift === null ? null : toRatio(shift, design.confidence),
    p: shift?.p ?? null,
    pairs: shift?.pairs ?? 0,
    margin,
    verdict: isUnproven ? 'UNPROVEN' : verdict,
  };
}

function toRatio(shift: PairedShift, confidence: number): Ratio {
  const { low, high } = shift.interval(confidence);
  return { estimate: toBound(shift.estimate), low: toBound(low), high: toBound(high) };
}

function toBound(logarithm: number): number | 'infinite' {
  return logarithm === Number.POSITIVE_INFINITY ? 'infinite' : Math.exp(logarithm);
}

function listFigures(reports: readonly Report[], { read }: ComparedMetric): number[] {
  return reports.flatMap((report) => read(report) ?? []);
}
