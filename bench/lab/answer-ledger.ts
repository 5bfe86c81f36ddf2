import { performance } from 'node:perf_hooks';
import { type AnswerCounts, noAnswers, type Shaping, type StoreCounts } from '../../contract/store-counts.ts';

/** One answer on its way; exactly one of `finish` and `abort` counts. */
export interface OpenAnswer {
  /** The head leaves. */
  begin(): void;
  sent(bytes: number): void;
  /** Whom the answer waits for from now on. */
  waitFor(whom: 'reader' | 'self'): void;
  finish(): void;
  abort(): void;
}

/** What a store counts of its own answers, by bucket or operation. */
export class AnswerLedger {
  readonly #counts = new Map<string, { -readonly [Field in keyof AnswerCounts]: AnswerCounts[Field] }>();

  /** From the arrival of a request on. Answers whose head never left are not counted. */
  open(kind: string): OpenAnswer {
    const arrivedMs = performance.now();
    let beganMs: number | null = null;
    let waitsFor: 'reader' | 'self' = 'self';
    let sinceMs = 0;
    const wait = { reader: 0, self: 0 };
    let bytes = 0;
    let isOpen = true;
    const turn = (next: 'reader' | 'self') => {
      const nowMs = performance.now();
      wait[waitsFor] += nowMs - sinceMs;
      sinceMs = nowMs;
      waitsFor = next;
    };
    const close = (isAborted: boolean) => {
      if (!isOpen || beganMs === null) return;
      isOpen = false;
      turn(waitsFor);
      const sums = this.#find(kind);
      sums.answers += 1;
      sums.aborted += isAborted ? 1 : 0;
      sums.bytes += bytes;
      sums.first_byte_ms += beganMs - arrivedMs;
      sums.body_ms += sinceMs - beganMs;
      sums.reader_wait_ms += wait.reader;
      sums.own_wait_ms += wait.self;
    };
    return {
      begin() {
        beganMs ??= performance.now();
        sinceMs = beganMs;
      },
      sent(count) {
        bytes += count;
      },
      waitFor(whom) {
        if (isOpen && beganMs !== null && whom !== waitsFor) turn(whom);
      },
      finish: () => close(false),
      abort: () => close(true),
    };
  }

  read(source: StoreCounts['source'], shaping: Shaping | null): StoreCounts {
    const { user, system } = process.cpuUsage();
    return {
      schema: 'modelrig.store-counts/1',
      source,
      shaping,
      counts: Object.fromEntries([...this.#counts].map(([kind, sums]) => [kind, { ...sums }])),
      busy_ms: performance.eventLoopUtilization().active,
      up_ms: performance.now(),
      cpu_seconds: (user + system) / 1e6,
    };
  }

  #find(kind: string) {
    const known = this.#counts.get(kind) ?? { ...noAnswers };
    this.#counts.set(kind, known);
    return known;
  }
}

/** The bucket of a GET for an object, path style: `/bucket/key`, where a list of a bucket has no key; null for all else. */
export function findObjectBucket(method: string | undefined, url: string): string | null {
  if (method !== 'GET') return null;
  const [, bucket = null] = /^\/([^/?]+)\/[^?]/.exec(url) ?? [];
  return bucket;
}
