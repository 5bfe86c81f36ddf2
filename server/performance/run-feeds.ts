import { endEventId, runEvents } from '../../contract/live-events.ts';
import { type Activity, isTerminal, type Progress, type RunRecord } from '../../contract/run.ts';
import { DomainError } from '../domain-error.ts';
import { findActivity } from './find-activity.ts';
import { thinCurve } from './progress-curve.ts';
import { toResults } from './results.ts';
import type { RunStore } from './run-store.ts';

export interface RunEvent {
  readonly event: (typeof runEvents)[keyof typeof runEvents];
  /** Where a viewer who comes back goes on; absent where that does not change. */
  readonly id?: string;
  readonly data: unknown;
}

/** One who watches a run. All viewers of a run get the same event objects. */
export interface RunViewer {
  show(event: RunEvent): void;
  /** Nothing comes after it. */
  leave(): void;
}

export interface RunFeeds {
  /**
   * Shows the run as it is, its curve from after `afterSecond` on, and all that changes until it has ended. Returns
   * what stops that.
   * @throws {DomainError} `run_not_found`.
   */
  watch(runId: string, afterSecond: number, viewer: RunViewer): Promise<() => void>;
  /** Sends every viewer away. */
  close(): void;
}

const intervalMs = 1_000;

/** What changes in runs, for any number of viewers: one query of the store a second for each run that is watched. */
export function createRunFeeds(runs: Pick<RunStore, 'readChanges'>): RunFeeds {
  const feeds = new Map<string, RunFeed>();
  return {
    async watch(runId, afterSecond, viewer) {
      const feed = feeds.get(runId) ?? new RunFeed(runs, runId, () => feeds.delete(runId));
      feeds.set(runId, feed);
      return feed.admit(viewer, afterSecond);
    },
    close() {
      for (const feed of feeds.values()) feed.stop();
    },
  };
}

class RunFeed {
  readonly #runs: Pick<RunStore, 'readChanges'>;
  readonly #runId: string;
  readonly #onEmpty: () => void;
  readonly #viewers = new Set<RunViewer>();
  readonly #points: Progress[] = [];
  #run: RunRecord | null = null;
  #firstRead: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isTroubled = false;
  #isStopped = false;

  constructor(runs: Pick<RunStore, 'readChanges'>, runId: string, onEmpty: () => void) {
    this.#runs = runs;
    this.#runId = runId;
    this.#onEmpty = onEmpty;
  }

  async admit(viewer: RunViewer, afterSecond: number): Promise<() => void> {
    this.#firstRead ??= this.#readFirst();
    await this.#firstRead;
    const run = this.#run;
    if (run === null) throw new DomainError('run_not_found', `There is no run "${this.#runId}".`);
    if (!isTerminal(run.status)) viewer.show(this.#describeRun(run));
    const missed = this.#points.filter((point) => Math.floor(point.elapsed_seconds) > afterSecond);
    if (missed.length > 0) viewer.show(describeProgress(thinCurve(missed)));
    if (isTerminal(run.status) || this.#isStopped) {
      if (isTerminal(run.status)) viewer.show(this.#describeEnd(run));
      viewer.leave();
      return () => {};
    }
    this.#viewers.add(viewer);
    return () => this.#dismiss(viewer);
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const viewer of this.#viewers) viewer.leave();
    this.#viewers.clear();
    this.#onEmpty();
  }

  /** A run that is not there, or has ended, is not kept: the next viewer asks the store again. */
  async #readFirst(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.stop();
      throw error;
    }
    if (this.#run === null || isTerminal(this.#run.status)) this.stop();
    else this.#schedule();
  }

  async #read(): Promise<{ hasChanged: boolean; progress: Progress[] }> {
    const last = this.#points.at(-1);
    const { run, progress } = await this.#runs.readChanges(
      this.#runId,
      last ? Math.floor(last.elapsed_seconds) : -1,
    );
    const [record, activity] = [JSON.stringify(this.#run), this.#findActivity()];
    this.#run = run;
    this.#points.push(...progress);
    // With its progress alone a load comes to its end.
    const hasChanged = JSON.stringify(run) !== record || this.#findActivity() !== activity;
    return { hasChanged, progress };
  }

  #findActivity(): Activity | null {
    return this.#run && findActivity(this.#run, this.#points.at(-1) ?? null);
  }

  #schedule(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#tick(), intervalMs).unref();
  }

  async #tick(): Promise<void> {
    try {
      const { hasChanged, progress } = await this.#read();
      const isBack = this.#isTroubled;
      this.#isTroubled = false;
      if (progress.length > 0) this.#show(describeProgress(progress));
      if (this.#run === null || isTerminal(this.#run.status)) {
        if (this.#run) this.#show(this.#describeEnd(this.#run));
        this.stop();
        return;
      }
      if (hasChanged || isBack) this.#show(this.#describeRun(this.#run));
    } catch (error) {
      if (!this.#isTroubled) this.#show({ event: runEvents.trouble, data: { detail: describeTrouble(error) } });
      this.#isTroubled = true;
    }
    this.#schedule();
  }

  #show(event: RunEvent): void {
    for (const viewer of this.#viewers) viewer.show(event);
  }

  #dismiss(viewer: RunViewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.stop();
  }

  #describeRun(run: RunRecord): RunEvent {
    return { event: runEvents.run, data: toResults(run, this.#points.at(-1) ?? null) };
  }

  #describeEnd(run: RunRecord): RunEvent {
    const progress = run.status === 'completed' ? null : (this.#points.at(-1) ?? null);
    return { event: runEvents.end, id: endEventId, data: toResults(run, progress) };
  }
}

function describeProgress(points: readonly Progress[]): RunEvent {
  const last = points.at(-1);
  return {
    event: runEvents.progress,
    ...(last ? { id: String(Math.floor(last.elapsed_seconds)) } : {}),
    data: { points },
  };
}

function describeTrouble(error: unknown): string {
  return error instanceof DomainError
    ? error.message
    : 'The run cannot be read at present; see the log of the service.';
}
