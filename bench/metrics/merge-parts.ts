import type { Histogram } from 'hdr-histogram-js';
import { decodeLatencyHistogram, mergeLatencyHistograms } from './latency-histogram.ts';

/** One report's share of a merge. */
export interface HistogramPart {
  /** Encoded; the samples in it must be as many as `samples` says. */
  readonly histogram: string;
  readonly samples: number;
  readonly requests: number;
  /** What keeps it from being a whole measurement, in words that follow its number; null when nothing does. */
  readonly fault: string | null;
}

export interface MergedParts {
  readonly histogram: Histogram;
  readonly requests: number;
  readonly complete: boolean;
  /** `3 of 3 parts, requests reconciled`, or `INCOMPLETE: ` with what is wrong. */
  readonly statement: string;
}

/**
 * Adds histograms bucket by bucket, which loses nothing: percentiles of the merged one are those of all samples, to
 * three digits. Never averages percentiles. `plannedRequests` is null where the load had no plan in numbers.
 */
export function mergeParts(
  parts: readonly HistogramPart[],
  expected: { readonly parts: number; readonly requests: number | null },
): MergedParts {
  const histograms = parts.map(({ histogram }) => decodeLatencyHistogram(histogram));
  const requests = parts.reduce((sum, part) => sum + part.requests, 0);
  const faults = [
    ...(parts.length === expected.parts ? [] : [`${parts.length} of ${expected.parts} parts`]),
    ...parts.flatMap(({ samples, fault }, index) => {
      const held = histograms[index]?.totalCount ?? 0;
      return [
        ...(fault === null ? [] : [`part ${index + 1} ${fault}`]),
        ...(held === samples ? [] : [`part ${index + 1} holds ${held} samples instead of ${samples}`]),
      ];
    }),
    ...(expected.requests === null || expected.requests === requests
      ? []
      : [`${requests} of ${expected.requests} requests`]),
  ];
  return {
    histogram: mergeLatencyHistograms(histograms),
    requests,
    complete: faults.length === 0,
    statement:
      faults.length === 0
        ? `${parts.length} of ${expected.parts} parts, requests reconciled`
        : `INCOMPLETE: ${faults.join('; ')}`,
  };
}
