import type { Generator } from '../../contract/report.ts';
import type { AttemptLog } from './attempt-log.ts';

/** How often something happened, by interval, counted from the common start. */
export interface CountSeries {
  readonly interval_ms: number;
  readonly counts: readonly number[];
}

/** Where the bytes of all sockets went, by what the sockets themselves counted; of TLS, what it gave out decrypted. */
export interface WireBytes {
  readonly socket: number;
  /** The sum of `wire_bytes` over the attempts. */
  readonly attempts: number;
  /** Read when no attempt was open: late surplus, answers that nobody asked for. */
  readonly discarded: number;
}

/** One header check of the scenario over all whole answers. */
export interface CheckCount {
  readonly name: string;
  readonly passes: number;
  readonly fails: number;
}

/** What one load generator brings home: every attempt, and what generating them cost. */
export interface Measurement {
  /** The common start by this machine's wall clock, in milliseconds since 1970; all other times count from it. */
  readonly startedAtMs: number;
  readonly attempts: AttemptLog;
  readonly generator: Generator;
  /** Requests of the open model that were due while every virtual user was busy. */
  readonly droppedIterations: number;
  readonly droppedSeries: CountSeries;
  /** Null where it is not known. */
  readonly wire: WireBytes | null;
  /** The integral of the requests in flight over time, counted beside the ledger; null where it is not known. */
  readonly inFlightMs: number | null;
  /** Connections on which an answer came, or bytes, when none was asked for any more; null where it is not known. */
  readonly lateAnswers: number | null;
  /** Requests sent once more, on a new connection, after a kept one closed without a byte of an answer. */
  readonly resentRequests: number;
  readonly checks: readonly CheckCount[];
  /** Why the load ended before its time, such as a threshold; null when it ran to its end. */
  readonly stoppedBecause: string | null;
  /** Whether the load's longest duration left iterations over that were planned. */
  readonly cutByMaxDuration: boolean;
  /** What the scenario's teardown threw, after a load that had ended; null when it threw nothing. */
  readonly teardownError: string | null;
}
