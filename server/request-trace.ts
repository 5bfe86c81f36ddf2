import { AsyncLocalStorage } from 'node:async_hooks';
import { type Phase, type PhaseTimes, phases } from '../contract/telemetry.ts';

/** What a request took, in milliseconds. */
export interface TracedTimes {
  /** From its arrival until the answer's head was handed on. */
  readonly headMs: number;
  /** From its arrival until it ended, by two readings of the clock alone. */
  readonly residenceMs: number;
  readonly phases: PhaseTimes;
}

/** GETs that S3 answered with bytes, and how many; `underWay`: what still reads and no request waits for. */
export interface S3Reads {
  gets: number;
  bytes: number;
  underWay: number;
}

export function countNoReads(): S3Reads {
  return { gets: 0, bytes: 0, underWay: 0 };
}

/** Follows one request through the service: it is in exactly one phase at a time. */
export class RequestTrace {
  readonly #counts: S3Reads[] = [];
  #isBranch = false;
  readonly #arrivedMs = performance.now();
  readonly #times = Object.fromEntries(phases.map((phase) => [phase, 0])) as Record<Phase, number>;
  #phase: Phase = 'handling';
  #sinceMs = this.#arrivedMs;
  #headMs: number | null = null;
  #ended: TracedTimes | null = null;

  get phase(): Phase {
    return this.#phase;
  }

  /** Where all that S3 gives on its behalf counts from now on. */
  countReadsIn(...counts: readonly S3Reads[]): void {
    this.#counts.push(...counts);
  }

  noteS3Get(): void {
    for (const count of this.#counts) count.gets += 1;
  }

  noteS3Bytes(bytes: number): void {
    for (const count of this.#counts) count.bytes += bytes;
  }

  /** For work that the request begins and that may outlive it: phases of its own, reads that count as the request's. */
  branch(): RequestTrace {
    const branch = new RequestTrace();
    branch.#isBranch = true;
    branch.countReadsIn(...this.#counts);
    for (const count of this.#counts) count.underWay += 1;
    return branch;
  }

  enter(phase: Phase): void {
    if (this.#ended) return;
    const nowMs = performance.now();
    this.#times[this.#phase] += nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    this.#phase = phase;
  }

  /** Takes out of the present phase, since it was entered, what was timed elsewhere meanwhile. */
  credit(times: Partial<PhaseTimes>): void {
    this.enter(this.#phase);
    for (const phase of phases) {
      const ms = times[phase] ?? 0;
      this.#times[phase] += ms;
      this.#times[this.#phase] -= ms;
    }
  }

  markHead(): void {
    this.#headMs ??= performance.now() - this.#arrivedMs;
  }

  /** What the answer's head can tell: the phases so far. */
  readPhases(): PhaseTimes {
    this.enter(this.#phase);
    return { ...this.#times };
  }

  /** The first call ends it; whatever is entered afterwards does not count. */
  end(): TracedTimes {
    if (this.#ended) return this.#ended;
    if (this.#isBranch) for (const count of this.#counts) count.underWay -= 1;
    this.enter(this.#phase);
    const residenceMs = performance.now() - this.#arrivedMs;
    this.#ended = { headMs: this.#headMs ?? residenceMs, residenceMs, phases: { ...this.#times } };
    return this.#ended;
  }
}

const current = new AsyncLocalStorage<RequestTrace>();

export function runTraced<Result>(trace: RequestTrace, act: () => Result): Result {
  return current.run(trace, act);
}

/** That of the request on whose behalf this code runs; undefined for all that no request asked for. */
export function findTrace(): RequestTrace | undefined {
  return current.getStore();
}

/** Notes the time until it has settled as the phase, then goes back to the one before. */
export async function timePhase<Result>(phase: Phase, act: () => Promise<Result>): Promise<Result> {
  const trace = findTrace();
  if (!trace) return act();
  const before = trace.phase;
  trace.enter(phase);
  try {
    return await act();
  } finally {
    trace.enter(before);
  }
}
