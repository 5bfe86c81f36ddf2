import { isTerminal, type LostShard, type RunRecord } from '../../contract/run.ts';
import type { Launcher } from '../launcher.ts';
import { cancelledEnd, endRun, failRun, freePlace } from './end-run.ts';
import { endStopped } from './end-stopped.ts';
import { findNextStep } from './find-next-step.ts';
import { releaseLoad } from './release-load.ts';
import type { ActiveRunLock, RunStore } from './run-store.ts';
import { suspectExpired } from './suspect-expired.ts';

type ActiveRun = Pick<RunRecord, 'run_id'>;

export interface SettleContext {
  readonly runs: RunStore;
  readonly launchTimeoutSeconds: number;
  /** What knows more of the runners than their heartbeats; a runner has none. */
  readonly launcher?: Launcher;
  /** Merges the parts of a run whose runners cannot; resolves when that is under way. */
  readonly mergeRun?: (run: RunRecord, missing: readonly LostShard[]) => Promise<void>;
  /** Repeats a launch of which it is not known whether it came to its end. */
  readonly resumeLaunch?: (run: RunRecord) => Promise<void>;
}

/**
 * Brings an active run one step on when its runners cannot: never launched, lost, past its deadline, cancelled before a
 * runner took it, or all done without a merge. Anyone may call it at any time; without a fault it changes nothing.
 */
export async function settleRun(context: SettleContext, run: RunRecord): Promise<RunRecord> {
  if (isTerminal(run.status)) return run;
  const { runs, launcher, launchTimeoutSeconds } = context;
  if (run.status === 'started' && run.launched_at === null) await context.resumeLaunch?.(run);
  const shards = await runs.listShards(run.run_id);
  const runners = (await launcher?.describeRunners(run)) ?? [];
  await endStopped(runs, run, shards, runners);
  const now = Date.now();
  const step = findNextStep(run, { shards, runners, launchTimeoutSeconds, now, self: 'service' });
  switch (step.kind) {
    case 'wait':
      await suspectExpired(runs, run, shards, now);
      return run;
    case 'cancel':
      await endFromOutside(context, run, () => endRun(runs, run.run_id, cancelledEnd()));
      break;
    case 'fail':
      await endFromOutside(context, run, () => failRun(runs, run.run_id, step.reason));
      break;
    case 'release':
      await releaseLoad(runs, run, step.absent);
      break;
    case 'merge':
      await context.mergeRun?.(run, step.missing);
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

/** What still runs of it is stopped; a runner that cannot be reached any more is found by the sweep. */
async function endFromOutside(
  { launcher }: SettleContext,
  run: RunRecord,
  end: () => Promise<boolean>,
): Promise<void> {
  if (await end()) await launcher?.stopRunners(run.run_id, 'The run has ended.').catch(() => {});
}
