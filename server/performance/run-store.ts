import type {
  Activity,
  LostShard,
  Metrics,
  Progress,
  RunRecord,
  ShardRecord,
  Verdict,
} from '../../contract/run.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import type { ExperimentStore } from './experiment-store.ts';

/** The one place for an active run. It is claimed first and confirmed once its holder's record is written. */
export interface ActiveRunLock {
  readonly holder: string;
  readonly confirmed: boolean;
  /** Until then an unconfirmed holder may still be writing its record. */
  readonly claim_expires_at: string;
}

/** How a run ended. A run that completed brings its figures, one that did not brings the reason. */
export type RunEnd = { readonly completed_at: string } & (
  | {
      readonly status: 'completed';
      readonly metrics: Metrics;
      readonly verdict: Verdict;
      readonly labels: RunRecord['labels'];
      readonly stopped_because: string | null;
      readonly crossed_thresholds: string[];
      readonly documents: string[];
    }
  | { readonly status: 'failed' | 'cancelled'; readonly failure_reason: string }
);

export interface RunPosition {
  readonly run_id: string;
  readonly started_at: string;
}

export interface RunTotals {
  readonly completed: number;
  readonly latestCompletedRunId: string | null;
}

export interface LoadStart {
  readonly hardDeadline: string;
  readonly startsAt: string;
  readonly absent: readonly LostShard[];
}

export interface MergeStart {
  readonly by: RunRecord['merged_by'];
  readonly missing: readonly LostShard[];
}

export interface Takeover {
  readonly from: RunRecord['merged_by'];
  readonly by: RunRecord['merged_by'];
}

/** Every transition is one conditional write: the answer says whether it was this call that made it. */
export interface RunRecords {
  createRun(run: RunRecord): Promise<void>;
  readRun(runId: string): Promise<RunRecord | null>;
  /** Newest first, from after `position`. May lag behind by a moment. */
  listRuns(
    limit: number,
    position: RunPosition | null,
  ): Promise<{ runs: RunRecord[]; next: RunPosition | null }>;
  /** Every runner was asked for. */
  noteLaunched(runId: string, at: string): Promise<void>;
  /** From `started` to `running`; false when the run is no longer `started`. */
  startLoad(runId: string, start: LoadStart): Promise<boolean>;
  /**
   * Makes the merge one's own, before anything is done for it. False when the run has ended, or somebody else has taken
   * it: `from` is whose it was when it was decided to, null where nobody had begun.
   */
  takeMerge(runId: string, takeover: Takeover): Promise<boolean>;
  /**
   * Fixes, once, when the load ended and whose parts are not waited for, and returns the run as that leaves it: what an
   * earlier merger fixed stays. Null when the run has ended, or the merge is not `by`'s.
   */
  finishLoad(runId: string, finishedAt: string, merge: MergeStart): Promise<RunRecord | null>;
  /** Notes what the first runner is at, unless the run has ended. */
  noteActivity(runId: string, activity: Activity): Promise<void>;
  /** False when the run has ended. */
  requestCancel(runId: string): Promise<boolean>;
  /** False when the run had ended before, unless with this very end. */
  endRun(runId: string, end: RunEnd): Promise<boolean>;
  /** Counts a completed run once, however often it is called before the next run ends. */
  countCompleted(runId: string): Promise<void>;
  readTotals(): Promise<RunTotals>;
}

export interface RunLock {
  /** Null when the place was free and is now the run's; else who holds it. */
  takeLock(runId: string, claimExpiresAt: string): Promise<ActiveRunLock | null>;
  /** False when the claim has been taken away. */
  confirmLock(runId: string): Promise<boolean>;
  readLock(): Promise<ActiveRunLock | null>;
  releaseLock(runId: string): Promise<void>;
  /** Frees a place whose holder never confirmed. */
  dropClaim(runId: string): Promise<void>;
}

export interface RunShards {
  /**
   * A shard that nobody else has, or null when none is left or the run takes no runner any more. `runner` tells whose it
   * is, so that a claim whose answer was lost is met again.
   */
  claimShard(runId: string, runner: string): Promise<number | null>;
  /**
   * Notes that a share of the load has come as far as the phase. True for the one that comes last; another one may be told
   * so only when it repeats its own last note.
   */
  gather(runId: string, phase: 'ready' | 'done', share: { index: number; of: number }): Promise<boolean>;
  /** Also the heartbeat: whoever writes its shard is no longer suspected. */
  writeShard(runId: string, shard: ShardRecord): Promise<void>;
  listShards(runId: string): Promise<ShardRecord[]>;
  /** Notes that the lease was seen expired, unless it has been renewed or the suspicion is already noted. */
  suspectShard(runId: string, shard: ShardRecord, at: string): Promise<void>;
  /** For a runner that is known to have ended, unless it was heard of since: a shard that is not done has failed. */
  endShard(runId: string, shard: ShardRecord, said: string): Promise<void>;
  writeProgress(runId: string, progress: Progress): Promise<void>;
  readProgress(runId: string): Promise<Progress | null>;
  /** The run, and its progress after that second, oldest first: one query. */
  readChanges(runId: string, afterSecond: number): Promise<{ run: RunRecord | null; progress: Progress[] }>;
  listInstances(runId: string): Promise<InstanceTelemetry[]>;
}

export interface RunStore extends RunRecords, RunLock, RunShards, ExperimentStore {}
