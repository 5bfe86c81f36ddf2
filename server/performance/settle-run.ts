import {
  isTerminal,
  leaseMs,
  type RunRecord,
  type ShardRecord,
  storesLostMs,
  suspicionMs,
} from '../../contract/run.ts';
import { cancelledEnd, endRun, failRun, freePlace } from './end-run.ts';
import type { ActiveRunLock, RunStore } from './run-store.ts';

type ActiveRun = Pick<RunRecord, 'run_id'>;

export interface SettleContext {
  readonly runs: RunStore;
  readonly launchTimeoutSeconds: number;
}

/**
 * Brings an active run to its end when its runner cannot: never launched, lost, past its deadline, or cancelled
 * before a runner took it. Anyone may call it at any time; without a fault it changes nothing.
 */
export async function settleRun(context: SettleContext, run: RunRecord): Promise<RunRecord> {
  if (isTerminal(run.status)) return run;
  const { runs } = context;
  const shards = await runs.listShards(run.run_id);
  const now = Date.now();
  const hasLiveRunner = shards.some((shard) => now < Date.parse(shard.lease_expires_at));

  const reason = findFailure(context, run, shards, now);
  if (run.cancel_requested && !hasLiveRunner) {
    await endRun(runs, run.run_id, cancelledEnd());
  } else if (reason !== null) {
    await failRun(runs, run.run_id, reason);
  } else {
    await suspectExpired(runs, run, shards, now);
    return run;
  }
  return (await runs.readRun(run.run_id)) ?? run;
}

/** The run that holds the one active place, after settling it; null when the place is free. */
export async function settleActiveRun(context: SettleContext): Promise<ActiveRun | null> {
  const lock = await context.runs.readLock();
  return lock && settleHolder(context, lock);
}

/**
 * The same for a lock that was just read. Heals what a crash between two writes left: a claim without a record, a
 * run that ended but kept its place.
 */
export async function settleHolder(context: SettleContext, lock: ActiveRunLock): Promise<ActiveRun | null> {
  const { runs } = context;
  const run = await runs.readRun(lock.holder);
  if (run === null) {
    if (lock.confirmed) await runs.releaseLock(lock.holder);
    else if (Date.now() < Date.parse(lock.claim_expires_at)) return { run_id: lock.holder };
    else await runs.dropClaim(lock.holder);
    return null;
  }
  const settled = await settleRun(context, run);
  if (!isTerminal(settled.status)) return settled;
  await freePlace(runs, settled.run_id, settled.status);
  return null;
}

function findFailure(
  context: SettleContext,
  run: RunRecord,
  shards: readonly ShardRecord[],
  now: number,
): string | null {
  const launchDeadline = Date.parse(run.started_at) + context.launchTimeoutSeconds * 1_000;
  if (run.status === 'started' && now > launchDeadline) {
    return `${shards.length} of ${run.shards} runners were ready within LAUNCH_TIMEOUT_SECONDS (${context.launchTimeoutSeconds} s); look for the runner's message in the service's log.`;
  }
  if (now > Date.parse(run.hard_deadline)) {
    return `The run was still active at its hard deadline, ${run.hard_deadline}; it was ended from outside.`;
  }
  const lost = findLostShard(run, shards, now);
  if (lost) {
    const silentSeconds = Math.round((now - Date.parse(lost.lease_expires_at) + leaseMs) / 1_000);
    return `The runner of shard ${lost.shard} was lost in state "${lost.state}": no heartbeat for ${silentSeconds} s. It was killed, or lost its stores; look for its message in the log, then trigger again.`;
  }
  return null;
}

/** A shard that is done needs its runner no more, as long as one is left to merge. */
function findLostShard(run: RunRecord, shards: readonly ShardRecord[], now: number): ShardRecord | undefined {
  const lost = shards.filter((shard) => isLost(shard, now));
  const everyoneIsLost = shards.length === run.shards && lost.length === shards.length;
  return everyoneIsLost ? lost[0] : lost.find((shard) => shard.state !== 'done');
}

/** A runner without its stores gives up after `storesLostMs`, so that longer silence needs no second look. */
function isLost(shard: ShardRecord, now: number): boolean {
  const lastHeartbeat = Date.parse(shard.lease_expires_at) - leaseMs;
  const suspected = shard.suspected_at !== null && now - Date.parse(shard.suspected_at) >= suspicionMs;
  return suspected || now - lastHeartbeat > storesLostMs;
}

/** The first look at an expired lease only notes it: perhaps the store was away, not the runner. */
async function suspectExpired(
  runs: RunStore,
  run: RunRecord,
  shards: readonly ShardRecord[],
  now: number,
): Promise<void> {
  const expired = shards.filter(
    (shard) => now > Date.parse(shard.lease_expires_at) && shard.suspected_at === null,
  );
  await Promise.all(expired.map((shard) => runs.suspectShard(run.run_id, shard, new Date(now).toISOString())));
}
