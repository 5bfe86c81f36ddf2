import type { RunRecord } from '../contract/run.ts';

/** What is known of a runner beside its own heartbeats. */
export interface RunnerState {
  /** As in its shard's record; empty for one that was never launched. */
  readonly runner: string;
  /** It has ended, or will never begin. */
  readonly stopped: boolean;
  /** A clause with the runner as its subject, such as `was killed by SIGKILL`. */
  readonly said: string;
}

export type LaunchedRun = Pick<RunRecord, 'run_id' | 'shards' | 'workload' | 'started_at'>;

/** Starts the runners of a run, wherever runners live. */
export interface Launcher {
  /** The most for one run. */
  readonly mostRunners: number;
  /**
   * Resolves when all runners are on their way, not when they are done. May be repeated, by another service too, when
   * it is not known whether an earlier launch came to its end.
   * @throws {Error} with the reason when they cannot be launched within the launch timeout.
   */
  launch(run: LaunchedRun): Promise<void>;
  /** May be some seconds old. Runners of which nothing is known are left out. */
  describeRunners(run: LaunchedRun): Promise<readonly RunnerState[]>;
  /** Ends what still runs of a run that has ended. */
  stopRunners(runId: string, reason: string): Promise<void>;
  /** Runs that runners still run for, whatever became of the runs. */
  listRuns(): Promise<readonly string[]>;
}
