import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type RunRecord } from '../../../contract/run.ts';
import { findPollMs, releaseLoad } from '../release-load.ts';
import { settleRun } from '../settle-run.ts';
import { findShare } from '../shares.ts';
import { keepTrying } from './keep-trying.ts';
import { createRound } from './look-around.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

/** The load that the barrier let begin, as this runner has to drive it. */
export interface Release {
  readonly share: { readonly index: number; readonly of: number };
  /** Milliseconds since 1970. */
  readonly startAtMs: number;
}

/**
 * Waits until every shard of the run is ready; whoever comes last lets the load begin, a moment ahead. Runners that wait
 * settle the run in turn, so that it ends, or begins with fewer, when one never comes.
 */
export async function passBarrier(
  context: RunnerContext,
  run: RunRecord,
  shard: number,
  signal: AbortSignal,
): Promise<Release> {
  const { runs } = context;
  const pollMs = findPollMs(run.shards);
  const isTurn = createRound(run.shards);
  const place = { index: shard, of: run.shards };
  if (await keepTrying(() => runs.gather(run.run_id, 'ready', place), signal)) {
    await keepTrying(() => releaseLoad(runs, run, []), signal);
  }
  for (;;) {
    const present = await keepTrying(() => runs.readRun(run.run_id), signal);
    if (present === null || isTerminal(present.status)) throw endedOutside(present?.status ?? 'gone');
    if (present.status === 'running') return readRelease(present, shard);
    if (isTurn()) await keepTrying(() => settleRun(context, present), signal);
    await sleep(pollMs * (0.5 + Math.random()), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function readRelease(run: RunRecord, shard: number): Release {
  const share = findShare(shard, run.shards, run.absent_shards);
  if (share !== null) return { share, startAtMs: Date.parse(run.load_starts_at ?? '') || 0 };
  throw new RunStopped('to_others', `The load began without shard ${shard}, which came too late.`);
}

function endedOutside(status: string): RunStopped {
  return new RunStopped('to_others', `The run is ${status}; it was ended before its load began.`);
}
