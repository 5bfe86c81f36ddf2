import type { Interval } from './catalogue.ts';
import type { FaultKind } from './fault-kinds.ts';

interface Strike {
  readonly kind: FaultKind;
  readonly startedMs: number;
  /** Path of the request that was struck; null for what struck all. */
  readonly path: string | null;
  /** Of the last of what it did; infinite until then. */
  endedMs: number;
}

/** What a fault did may show for so long after its end: bytes that lie in buffers, calls that are tried again. */
export const settlingMs = 15_000;

/** By which S3 fails in mid body, or gives what cannot be sent to its end. */
const spoilsBodies = ['s3-slow-down', 's3-stalls', 's3-closes', 's3-flips', 's3-shortens'] as const;
/** What cuts everybody, or keeps any body from being gone on with. */
const cutsAll = ['service-killed', 's3-refuses'] as const;

/** Which fault struck when. Times are those of `performance.now()`. */
export class Strikes {
  readonly #strikes: Strike[] = [];
  #overMs = Number.POSITIVE_INFINITY;

  /** Returns what is to be called when it is over. */
  begin(
    kind: FaultKind,
    startedMs = performance.now(),
    path: string | null = null,
  ): (endedMs?: number) => void {
    const strike: Strike = { kind, path, startedMs, endedMs: Number.POSITIVE_INFINITY };
    this.#strikes.push(strike);
    return (endedMs = performance.now()) => {
      strike.endedMs = Math.min(strike.endedMs, endedMs);
    };
  }

  /** From now on none begins, and no answer to what is asked is excused. */
  end(overMs = performance.now()): void {
    this.#overMs = overMs;
  }

  /**
   * Whether one of `kinds` lasted, or had ended no longer than `settledAfterMs` ago, in that time; with `prefix`, whether it
   * struck a request for an object whose key begins so.
   */
  lasted(
    kinds: readonly FaultKind[],
    { startedMs, endedMs }: Interval,
    settledAfterMs = settlingMs,
    prefix = '',
  ): boolean {
    return this.#strikes.some(
      (one) =>
        kinds.includes(one.kind) &&
        one.startedMs <= endedMs &&
        startedMs <= one.endedMs + settledAfterMs &&
        (prefix === '' || one.path?.includes(`/${prefix}`) === true),
    );
  }

  /** Whether a 500 has a reason: bytes of S3 that were not those of the record, found before the first was sent on. */
  excuse500(answered: Interval): boolean {
    return answered.startedMs < this.#overMs && this.lasted(['s3-flips', 's3-shortens'], answered);
  }

  /**
   * Whether an answer that was cut has a reason, which may have struck at any time since it was asked for: the service was
   * killed, or S3 failed on objects whose keys begin with `prefix`.
   */
  excuseCut(answered: Interval, prefix = ''): boolean {
    if (answered.startedMs >= this.#overMs) return false;
    return this.lasted(cutsAll, answered) || this.lasted(spoilsBodies, answered, settlingMs, prefix);
  }

  /** How often each kind struck. */
  count(): Map<FaultKind, number> {
    const kinds = Map.groupBy(this.#strikes, ({ kind }) => kind);
    return new Map([...kinds].map(([kind, strikes]) => [kind, strikes.length]));
  }
}
