import type { Histogram } from 'hdr-histogram-js';
import { buildLatencyHistogram, encodeLatencyHistogram, recordLatency } from '../../bench/index.ts';
import { phases } from '../../contract/telemetry.ts';
import type { TracedTimes } from '../request-trace.ts';

/** Counted together: a histogram takes far longer to make than to fill, and an invented run has one request. */
const requestsPerTurn = 1_000;

/** HDR histograms of the residence and of each phase, which can be merged over instances without loss. */
export class PhaseHistograms {
  readonly #histograms = new Map<string, Histogram>();
  #uncounted: TracedTimes[] = [];

  record(times: TracedTimes): void {
    this.#uncounted.push(times);
    if (this.#uncounted.length >= requestsPerTurn) this.#count();
  }

  /** Compressed, base64, by name; encoding takes milliseconds, so once. */
  encode(): Record<string, string> {
    this.#count();
    return Object.fromEntries(
      [...this.#histograms].map(([name, histogram]) => [name, encodeLatencyHistogram(histogram)]),
    );
  }

  #count(): void {
    for (const { residenceMs, phases: times } of this.#uncounted) {
      recordLatency(this.#find('residence'), residenceMs);
      for (const phase of phases) {
        // Most phases are none of a request's: their histograms would hold nothing but zeros.
        if (times[phase] > 0) recordLatency(this.#find(phase), times[phase]);
      }
    }
    this.#uncounted = [];
  }

  #find(name: string): Histogram {
    const known = this.#histograms.get(name) ?? buildLatencyHistogram([]);
    this.#histograms.set(name, known);
    return known;
  }
}
