import { setTimeout as sleep } from 'node:timers/promises';
import { heartbeatIntervalMs, isTerminal, type LostShard, type RunRecord } from '../../../contract/run.ts';
import { findNextStep } from '../find-next-step.ts';
import { suspectExpired } from '../suspect-expired.ts';
import { keepTrying } from './keep-trying.ts';
import { createRound } from './look-around.ts';
import { measureAfterwards, nothingAfterwards } from './measure-afterwards.ts';
import { mergeRun } from './merge-run.ts';
import type { Release } from './pass-barrier.ts';
import type { LoadPlan } from './plan-load.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

interface DoneShard extends Pick<Release, 'share'> {
  readonly shard: number;
  readonly plan: LoadPlan;
}

/**
 * After a shard is done: whoever comes last merges. The others stay until they hear by their heartbeat that the run has
 * ended, and the first of them merges when the last one never comes, or is lost while it merges.
 */
export async function concludeRun(
  context: RunnerContext,
  run: RunRecord,
  own: DoneShard,
  signal: AbortSignal,
): Promise<void> {
  const { runs } = context;
  const { share } = own;
  if (await keepTrying(() => runs.gather(run.run_id, 'done', share), signal)) {
    if (await merge(context, run, own, [], signal)) return;
  }
  const isTurn = createRound(share.of);
  for (;;) {
    await sleep(heartbeatIntervalMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    if (!isTurn()) continue;
    const present = await keepTrying(() => runs.readRun(run.run_id), signal);
    if (present?.status === 'completed') return;
    if (present === null || isTerminal(present.status)) {
      throw new RunStopped('to_others', `The run is ${present?.status ?? 'gone'}; others ended it.`);
    }
    if (await mergeIfNobodyElse(context, present, own, signal)) return;
  }
}

async function mergeIfNobodyElse(
  context: RunnerContext,
  run: RunRecord,
  own: DoneShard,
  signal: AbortSignal,
): Promise<boolean> {
  const { runs, launchTimeoutSeconds } = context;
  const shards = await keepTrying(() => runs.listShards(run.run_id), signal);
  const now = Date.now();
  const step = findNextStep(run, { shards, runners: [], launchTimeoutSeconds, now, self: own.shard });
  if (step.kind === 'merge') return merge(context, run, own, step.missing, signal);
  await keepTrying(() => suspectExpired(runs, run, shards, now), signal);
  return false;
}

/** False when somebody else has begun to: what is sent alone afterwards would not be. */
async function merge(
  context: RunnerContext,
  run: RunRecord,
  { shard, plan }: DoneShard,
  missing: readonly LostShard[],
  signal: AbortSignal,
): Promise<boolean> {
  const { runs } = context;
  const { run_id, merged_by: from } = run;
  if (!(await keepTrying(() => runs.takeMerge(run_id, { from, by: shard }), signal))) return false;
  const isFirst = run.load_finished_at === null;
  const afterwards = isFirst ? await measureAfterwards(context, run, plan, signal) : nothingAfterwards;
  const finishedAt = new Date().toISOString();
  const merging = await keepTrying(() => runs.finishLoad(run_id, finishedAt, { by: shard, missing }), signal);
  if (merging === null) return false;
  await mergeRun(context, merging, signal, afterwards);
  return true;
}
