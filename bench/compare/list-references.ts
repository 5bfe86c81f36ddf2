import type { Reference } from '../../contract/experiment.ts';
import type { RoundResult } from './experiment-input.ts';
import { findMedian } from './find-median.ts';

/** What the same clients get from memory, by the calibrations of the rounds, and from S3 itself. Without what was not measured. */
export function listReferences(
  rounds: readonly RoundResult[],
  s3BytesPerSecond: readonly number[],
): Reference[] {
  const ceilings = rounds.flatMap(({ report: { calibration } }) =>
    [calibration?.before, calibration?.after].flatMap((ceiling) => ceiling?.bytes_per_second ?? []),
  );
  return [...describe('null server', ceilings), ...describe('S3 itself', s3BytesPerSecond)];
}

function describe(name: Reference['name'], figures: readonly number[]): Reference[] {
  const median = findMedian(figures);
  if (median === null) return [];
  return [{ name, runs: figures.length, median, least: Math.min(...figures), most: Math.max(...figures) }];
}
