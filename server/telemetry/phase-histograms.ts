import type { Histogram } from 'hdr-histogram-js';
import { buildLatencyHistogram, encodeLatencyHistogram, recordLatency } from '../../bench/index.ts';
import { phases } from '../../contract/telemetry.ts';
import type { TracedTimes } from '../request-trace.ts';

/** HDR histograms of the residence and of each phase, which can be merged over instances without loss. */
export class PhaseHistograms {
  readonly #residence = buildLatencyHistogram([]);
  readonly #phases = new Map<string, Histogram>();

  record(times: TracedTimes): void {
    recordLatency(this.#residence, times.residenceMs);
    for (const phase of phases) {
      // Most phases are none of a request's: their histograms would hold nothing but zeros.
      if (times.phases[phase] > 0) recordLatency(this.#find(phase), times.phases[phase]);
    }
  }

  /** Compressed, base64, by name; encoding takes milliseconds, so once. */
  encode(): Record<string, string> {
    const all = [['residence', this.#residence] as const, ...this.#phases];
    return Object.fromEntries(all.map(([name, histogram]) => [name, encodeLatencyHistogram(histogram)]));
  }

  #find(phase: string): Histogram {
    const known = this.#phases.get(phase) ?? buildLatencyHistogram([]);
    this.#phases.set(phase, known);
    return known;
  }
}
