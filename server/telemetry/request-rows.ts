import { keptRequests, keptSlowest, type Phase, phases, type RequestPhases } from '../../contract/telemetry.ts';
import type { TracedTimes } from '../request-trace.ts';

export interface TracedRequest extends TracedTimes {
  readonly requestId: string;
  readonly bodyBytes: number;
  readonly completed: boolean;
}

/**
 * The phases of each request, kept together, for quantiles of parts do not add up to those of the whole: all of them up
 * to 10,000; of more an even sample (Vitter's algorithm R) and the slowest hundred.
 */
export class RequestRows {
  #requests = 0;
  readonly #sample: TracedRequest[] = [];
  readonly #slowest: TracedRequest[] = [];
  #fastestOfSlowestMs = Number.POSITIVE_INFINITY;

  add(request: TracedRequest): void {
    this.#requests += 1;
    this.#keepSlowest(request);
    if (this.#sample.length < keptRequests) this.#sample.push(request);
    else {
      const place = Math.floor(Math.random() * this.#requests);
      if (place < keptRequests) this.#sample[place] = request;
    }
  }

  read(): RequestPhases {
    const sampled = new Set(this.#sample);
    const extra = this.#slowest.filter((request) => !sampled.has(request));
    const rows = [...this.#sample, ...extra];
    return {
      requests: this.#requests,
      request_id: rows.map(({ requestId }) => requestId),
      head_ms: rows.map(({ headMs }) => round(headMs)),
      residence_ms: rows.map(({ residenceMs }) => round(residenceMs)),
      body_bytes: rows.map(({ bodyBytes }) => bodyBytes),
      completed: rows.map(({ completed }) => completed),
      slowest: rows.map((_, index) => index >= this.#sample.length),
      phases: Object.fromEntries(
        phases.map((phase) => [phase, rows.map((row) => round(row.phases[phase]))]),
      ) as Record<Phase, number[]>,
    };
  }

  #keepSlowest(request: TracedRequest): void {
    if (this.#slowest.length < keptSlowest) this.#slowest.push(request);
    else if (request.residenceMs <= this.#fastestOfSlowestMs) return;
    else this.#slowest[this.#findFastest()] = request;
    this.#fastestOfSlowestMs = this.#slowest[this.#findFastest()]?.residenceMs ?? 0;
  }

  #findFastest(): number {
    return this.#slowest.reduce(
      (fastest, { residenceMs }, index) =>
        residenceMs < (this.#slowest[fastest]?.residenceMs ?? Number.POSITIVE_INFINITY) ? index : fastest,
      0,
    );
  }
}

/** To a hundredth of a millisecond: the clock of an event loop is no better. */
function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
