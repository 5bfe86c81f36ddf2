import type { Report } from '../../contract/report.ts';
import { type ComparedMetric, comparedMetrics } from './compared-metrics.ts';
import { type Difference, findEnvironmentDifferences, findSubjectDifferences } from './find-differences.ts';

/** One metric of two runs, side by side. One run each is no sample, so there is no interval and no verdict. */
export interface ComparedFigure extends Pick<ComparedMetric, 'name' | 'title' | 'unit' | 'better'> {
  readonly one: number | null;
  readonly other: number | null;
  /** Whether the true figure may be greater, because it includes requests that were cut off. */
  readonly isAtLeast: { readonly one: boolean; readonly other: boolean };
  /** other - one, in the metric's unit; null where a side has none, or both are at least. */
  readonly difference: number | null;
  /** other / one, at most or at least where a side is; null where a side has none, both are at least, or the one is 0. */
  readonly ratio: number | null;
}

export interface Comparison {
  /** Whether environment and load agree, so that the figures may be held against each other. */
  readonly isComparable: boolean;
  /** What keeps them from being compared. */
  readonly differences: readonly Difference[];
  /** What is being compared. */
  readonly subject: readonly Difference[];
  readonly figures: readonly ComparedFigure[];
  /** Runs whose figures cannot be trusted, or have a label, in words. */
  readonly doubts: readonly string[];
}

/** Two runs of different sessions, side by side: what differs between them, and their figures. A pure function. */
export function compareReports(one: Report, other: Report): Comparison {
  const differences = findEnvironmentDifferences(one, other);
  return {
    isComparable: differences.length === 0,
    differences,
    subject: findSubjectDifferences(one, other),
    figures: comparedMetrics.map((metric) => compareFigure(metric, one, other)),
    doubts: [...describeDoubts('the first run', one), ...describeDoubts('the second run', other)],
  };
}

function compareFigure(metric: ComparedMetric, one: Report, other: Report): ComparedFigure {
  const { name, title, unit, better, read } = metric;
  const [left, right] = [read(one), read(other)];
  const isKnown = left !== null && right !== null;
  const isAtLeast = { one: metric.isAtLeast?.(one) ?? false, other: metric.isAtLeast?.(other) ?? false };
  const isOpen = isAtLeast.one && isAtLeast.other;
  return {
    name,
    title,
    unit,
    better,
    one: left,
    other: right,
    isAtLeast,
    difference: isKnown && !isOpen ? right - left : null,
    ratio: isKnown && !isOpen && left !== 0 ? right / left : null,
  };
}

function describeDoubts(which: string, { verdict, labels, draft_reasons }: Report): string[] {
  return [
    ...(verdict.value === 'valid' ? [] : [`${which} is ${verdict.value}: ${verdict.reasons.join('; ')}`]),
    ...labels.map(({ label, reason }) => `${which} is ${label}: ${reason}`),
    ...(draft_reasons.length === 0 ? [] : [`${which} is a draft: ${draft_reasons.join('; ')}`]),
  ];
}
