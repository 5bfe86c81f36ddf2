import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { longestSeconds } from '../scenario/parse-duration.ts';

/** Two days: twice the longest deadline. What is longer is recorded as this. */
const highestMicroseconds = 2 * longestSeconds * 1e6;

/** An HDR histogram in microseconds with three significant digits: for live figures, charts and merging. */
export function buildLatencyHistogram(latenciesMs: Iterable<number>): Histogram {
  const histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: highestMicroseconds,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    useWebAssembly: false,
  });
  for (const latencyMs of latenciesMs) recordLatency(histogram, latencyMs);
  return histogram;
}

export function recordLatency(histogram: Histogram, latencyMs: number): void {
  histogram.recordValue(Math.min(Math.max(Math.round(latencyMs * 1_000), 0), highestMicroseconds));
}

/** HdrHistogram's V2 compressed encoding, base64: what any other HdrHistogram reads too. */
export function encodeLatencyHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** @throws {Error} with the cause when the text is no encoded histogram. */
export function decodeLatencyHistogram(text: string): Histogram {
  try {
    return decodeFromCompressedBase64(text, 32, false);
  } catch (error) {
    throw new Error('The latency histogram is damaged: it cannot be decoded.', { cause: error });
  }
}

/** A new histogram with the samples of all; the given ones stay as they are. */
export function mergeLatencyHistograms(histograms: readonly Histogram[]): Histogram {
  const merged = buildLatencyHistogram([]);
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}
