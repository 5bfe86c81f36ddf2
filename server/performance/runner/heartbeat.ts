import {
  findBeatMs,
  findLeaseMs,
  isTerminal,
  type Progress,
  type RunRecord,
  type ShardRecord,
  shardOver,
  storesLostMs,
} from '../../../contract/run.ts';
import { isPassing } from '../../domain-error.ts';
import { mergeMarginMs } from '../hard-deadline.ts';
import type { RunStore } from '../run-store.ts';
import { keepTrying } from './keep-trying.ts';
import { RunStopped } from './run-stopped.ts';

export interface Heartbeat {
  /** Resolves when the state is written, with what the runner says of it. */
  enter(state: ShardRecord['state'], said: string): Promise<void>;
  /** Written with the next beat. */
  note(progress: Progress): void;
  /** Leaves the shard with the reason: as failed, or done when its part is written, for others to merge. */
  giveUp(reason: string): Promise<void>;
  /** Resolves when no more beat is under way. */
  stop(): Promise<void>;
}

/**
 * Renews the shard's lease, every second in a run of up to 200 runners, and listens, at each beat, for the run's end or cancellation. Aborts the
 * runner by its controller when it hears of one, and when the stores were away for too long.
 */
export async function startHeartbeat(
  runs: RunStore,
  runId: string,
  claimed: Pick<ShardRecord, 'shard' | 'runner'>,
  controller: AbortController,
  shards = 1,
): Promise<Heartbeat> {
  const intervalMs = findBeatMs(shards);
  let state: ShardRecord['state'] = 'claimed';
  let said = 'claimed its shard';
  let progress: Progress | null = null;
  let lastBeatMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let isOver = false;

  /** One at a time, so that an older state never overwrites a newer one. */
  function renewLease(): Promise<void> {
    const renewal = queue.then(async () => {
      await runs.writeShard(runId, {
        ...claimed,
        state,
        said,
        progress,
        lease_expires_at: isOver ? shardOver : new Date(Date.now() + findLeaseMs(shards)).toISOString(),
        suspected_at: null,
      });
      lastBeatMs = performance.now();
    });
    queue = renewal.catch(() => {});
    return renewal;
  }

  async function beat(): Promise<void> {
    try {
      await renewLease();
      const stop = await findReasonToStop(runs, runId, state);
      if (stop) controller.abort(stop);
    } catch (error) {
      if (!isPassing(error)) controller.abort(error);
      else if (performance.now() - lastBeatMs > storesLostMs) {
        controller.abort(new RunStopped('to_others', `DynamoDB was away for ${storesLostMs / 1_000} s.`));
      }
    }
    if (!stopped) timer = setTimeout(beat, intervalMs);
  }

  await keepTrying(renewLease, controller.signal);
  timer = setTimeout(beat, intervalMs);
  return {
    async enter(next, words) {
      state = next;
      said = words;
      await keepTrying(renewLease, controller.signal);
    },
    note(latest) {
      progress = latest;
    },
    async giveUp(reason) {
      said = `in state "${state}" it gave up: ${reason}`;
      if (state !== 'done') state = 'failed';
      isOver = true;
      await keepTrying(renewLease);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await queue;
    },
  };
}

async function findReasonToStop(
  runs: RunStore,
  runId: string,
  state: ShardRecord['state'],
): Promise<RunStopped | null> {
  const run = await runs.readRun(runId);
  if (run?.status === 'completed') return new RunStopped('completed', 'The run is completed.');
  if (run === null || isTerminal(run.status)) {
    return new RunStopped('to_others', `The run is ${run?.status ?? 'gone'}; it was ended from outside.`);
  }
  if (run.cancel_requested) return new RunStopped('cancelled', 'The run was cancelled.');
  if (Date.now() > findLastMoment(run, state)) {
    return new RunStopped('failed', `The run was still active at its hard deadline, ${run.hard_deadline}.`);
  }
  return null;
}

/** Those of several that have written their parts stay to merge them, when others do not come to an end. */
function findLastMoment({ hard_deadline, shards }: RunRecord, state: ShardRecord['state']): number {
  return Date.parse(hard_deadline) + (state === 'done' && shards > 1 ? mergeMarginMs : 0);
}
