import type { Attempt } from '../../contract/ledger.ts';
import type { ReceivedSeries } from '../../contract/report.ts';
import type { Progress } from '../../contract/run.ts';
import { ByteSeries } from './byte-series.ts';

/** The ledger in the making and the running totals of one load, on one monotonic clock. */
export class LoadTotals {
  readonly attempts: Attempt[] = [];
  readonly #plannedRequests: number;
  readonly #series = new ByteSeries();
  readonly #originMs = performance.now();
  #startedCount = 0;
  #failedCount = 0;
  #receivedBytes = 0;
  #hashedBytes = 0;
  #lastProgress = { elapsedMs: 0, receivedBytes: 0 };

  constructor(plannedRequests: number) {
    this.#plannedRequests = plannedRequests;
  }

  /** Milliseconds since the common start. */
  nowMs(): number {
    return performance.now() - this.#originMs;
  }

  started(): void {
    this.#startedCount += 1;
  }

  received(bytes: number, hashed: boolean): void {
    this.#receivedBytes += bytes;
    if (hashed) this.#hashedBytes += bytes;
    this.#series.add(this.nowMs(), bytes);
  }

  ended(attempt: Attempt): void {
    this.attempts.push(attempt);
    if (attempt.outcome !== 'ok') this.#failedCount += 1;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get hashedBytes(): number {
    return this.#hashedBytes;
  }

  readSeries(): ReceivedSeries {
    return this.#series.read();
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
      done: this.attempts.length,
      failed: this.#failedCount,
      in_flight: this.#startedCount - this.attempts.length,
      received_bytes: this.#receivedBytes,
      bytes_per_second: seconds > 0 ? bytes / seconds : 0,
    };
  }
}
