import type { Attempt } from '../../contract/ledger.ts';
import type { ReceivedSeries } from '../../contract/report.ts';
import type { Progress } from '../../contract/run.ts';
import type { AttemptLog } from '../metrics/attempt-log.ts';
import { LedgerColumns } from '../metrics/ledger-columns.ts';
import type { CheckCount, CountSeries, WireBytes } from '../metrics/measurement.ts';
import type { HeaderCheck } from '../scenario.ts';
import { ByteSeries } from './byte-series.ts';
import { findHeader } from './find-header.ts';
import type { Load } from './load.ts';

/** Who is told what happens, as it happens. */
type LoadListener = Pick<Load, 'onAttempt' | 'onDropped' | 'onChecked'>;

/** The ledger in the making and the running totals of one load, on one monotonic clock. */
export class LoadTotals {
  readonly #log = new LedgerColumns();
  readonly #plannedRequests: number | null;
  readonly #listener: LoadListener;
  readonly #checks: { check: HeaderCheck; passes: number; fails: number }[];
  readonly #series = new ByteSeries();
  readonly #drops = new ByteSeries();
  #originMs = performance.now();
  readonly #firstStarts = new Map<number, number>();
  #startedCount = 0;
  #failedCount = 0;
  #throttledCount = 0;
  #droppedCount = 0;
  #resentCount = 0;
  #lateAnswers = 0;
  #longestMs = 0;
  #receivedBytes = 0;
  #hashedBytes = 0;
  #wire = { socket: 0, attempts: 0, discarded: 0 };
  #lastProgress = { elapsedMs: 0, receivedBytes: 0 };

  constructor(plannedRequests: number | null, checks: readonly HeaderCheck[], listener: LoadListener) {
    this.#plannedRequests = plannedRequests;
    this.#checks = checks.map((check) => ({ check, passes: 0, fails: 0 }));
    this.#listener = listener;
  }

  /** The common start is now. */
  release(): void {
    this.#originMs = performance.now();
  }

  /** The common start by the wall clock, in milliseconds since 1970. */
  get releasedAtMs(): number {
    return performance.timeOrigin + this.#originMs;
  }

  /** Milliseconds since the common start. */
  nowMs(): number {
    return performance.now() - this.#originMs;
  }

  started(): void {
    this.#startedCount += 1;
  }

  received(atMs: number, bytes: number, hashed: boolean): void {
    this.#receivedBytes += bytes;
    if (hashed) this.#hashedBytes += bytes;
    this.#series.add(atMs, bytes);
  }

  /** Bytes that no request asked for; `isLate` when they may have come behind the one before. */
  discarded(bytes: number, isLate: boolean): void {
    this.#wire.discarded += bytes;
    if (isLate) this.#lateAnswers += 1;
  }

  /** A socket is gone; this is what it counted itself. */
  socketClosed(bytes: number): void {
    this.#wire.socket += bytes;
  }

  resent(): void {
    this.#resentCount += 1;
  }

  dropped(): void {
    this.#droppedCount += 1;
    this.#drops.add(this.nowMs(), 1);
    this.#listener.onDropped?.();
  }

  checked(flatHeaders: readonly string[]): void {
    if (this.#checks.length === 0) return;
    let passes = 0;
    for (const count of this.#checks) {
      const found = findHeader(flatHeaders, count.check.header.toLowerCase());
      const { equals } = count.check;
      if (found !== null && (equals === null || found === equals)) {
        count.passes += 1;
        passes += 1;
      } else count.fails += 1;
    }
    this.#listener.onChecked?.(passes, this.#checks.length - passes);
  }

  ended(attempt: Attempt): void {
    this.#log.push(attempt);
    this.#wire.attempts += attempt.wire_bytes;
    this.#longestMs = Math.max(this.#longestMs, attempt.ended_ms - attempt.started_ms);
    if (attempt.outcome === 'throttled') this.#throttledCount += 1;
    else if (attempt.outcome !== 'ok') this.#failedCount += 1;
    const first = this.#firstStarts.get(attempt.client) ?? Number.POSITIVE_INFINITY;
    if (attempt.started_ms < first) this.#firstStarts.set(attempt.client, attempt.started_ms);
    this.#listener.onAttempt?.(attempt);
  }

  get log(): AttemptLog {
    return this.#log;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get hashedBytes(): number {
    return this.#hashedBytes;
  }

  get wire(): WireBytes {
    return { ...this.#wire };
  }

  get droppedCount(): number {
    return this.#droppedCount;
  }

  get resentCount(): number {
    return this.#resentCount;
  }

  /** Connections on which something came right behind an answer that was whole. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  /** What the longest request took. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Between the first and the last of the clients' first starts. */
  get startSkewMs(): number {
    const starts = [...this.#firstStarts.values()];
    return starts.length > 0 ? Math.max(...starts) - Math.min(...starts) : 0;
  }

  readSeries(): ReceivedSeries {
    return this.#series.read();
  }

  readDrops(): CountSeries {
    const { interval_ms, bytes } = this.#drops.read();
    return { interval_ms, counts: bytes };
  }

  readChecks(): CheckCount[] {
    return this.#checks.map(({ check, passes, fails }) => ({ name: check.name, passes, fails }));
  }

  /** A snapshot; its rate is the one since the snapshot before. */
  readProgress(): Progress {
    const elapsedMs = this.nowMs();
    const seconds = (elapsedMs - this.#lastProgress.elapsedMs) / 1_000;
    const bytes = this.#receivedBytes - this.#lastProgress.receivedBytes;
    this.#lastProgress = { elapsedMs, receivedBytes: this.#receivedBytes };
    return {
      elapsed_seconds: elapsedMs / 1_000,
      total_requests: this.#plannedRequests,
      done: this.#log.length,
      failed: this.#failedCount,
      throttled: this.#throttledCount,
      dropped: this.#droppedCount,
      in_flight: this.#startedCount - this.#log.length,
      received_bytes: this.#receivedBytes,
      bytes_per_second: seconds > 0 ? bytes / seconds : 0,
    };
  }
}
