import { runPartKey } from '../../../contract/object-keys.ts';
import { isTerminal, type RunRecord } from '../../../contract/run.ts';
import { findLogLine } from '../../domain-error.ts';
import { cancelledEnd, endRun, failRun } from '../end-run.ts';
import { calibrateRun } from './calibrate-run.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { keepTrying } from './keep-trying.ts';
import { loadTarget } from './load-target.ts';
import { mergeRun } from './merge-run.ts';
import { passBarrier } from './pass-barrier.ts';
import { type LoadPlan, planLoad } from './plan-load.ts';
import { encodePart, type Measured } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

/**
 * One runner's whole life: claims a shard of the run, loads the service, writes its part, and merges the parts if
 * it is the last. The controller's abort ends it at any point. True when the run is as its owner wanted it:
 * completed, or cancelled.
 */
export async function runShard(
  context: RunnerContext,
  runId: string,
  controller: AbortController,
): Promise<boolean> {
  try {
    const run = await keepTrying(() => context.runs.readRun(runId), controller.signal);
    if (run === null) throw new RunStopped('to_others', `There is no run ${runId}.`);
    await runClaimedShard(context, run, await claimShard(context, run, controller.signal), controller);
    return true;
  } catch (error) {
    return leave(context, runId, error);
  }
}

async function claimShard(context: RunnerContext, run: RunRecord, signal: AbortSignal): Promise<number> {
  const shard = await keepTrying(() => context.runs.claimShard(run.run_id), signal);
  if (shard !== null) return shard;
  const present = await keepTrying(() => context.runs.readRun(run.run_id), signal);
  if (present?.cancel_requested && !isTerminal(present.status)) {
    throw new RunStopped('cancelled', 'The run was cancelled before it began.');
  }
  throw new RunStopped('to_others', `The run is ${present?.status ?? 'gone'} and has no free shard.`);
}

async function runClaimedShard(
  context: RunnerContext,
  run: RunRecord,
  shard: number,
  controller: AbortController,
): Promise<void> {
  const { runs, documents } = context;
  const { signal } = controller;
  const heartbeat = await startHeartbeat(runs, run.run_id, shard, controller);
  try {
    const plan = await planLoad(context, run, signal);
    const measured = await measurePart(context, run, plan, heartbeat, signal);
    const body = await encodePart(run.run_id, measured);
    const key = runPartKey(run.run_id, shard);
    await keepTrying(() => documents.write(key, body, 'application/octet-stream'), signal);
    await heartbeat.enter('done');
    const shards = await keepTrying(() => runs.listShards(run.run_id), signal);
    const isLast = shards.filter(({ state }) => state === 'done').length === run.shards;
    if (isLast) await mergeRun(context, run, plan, signal);
  } finally {
    await heartbeat.stop();
  }
}

/** The load between two calibrations, after all runners have met. */
async function measurePart(
  context: RunnerContext,
  run: RunRecord,
  plan: LoadPlan,
  heartbeat: Heartbeat,
  signal: AbortSignal,
): Promise<Measured> {
  const calibration = calibrateRun(context, run, plan, signal);
  try {
    const before = await calibration.measureBefore();
    const storesBefore = await context.readStoresCounts();
    await heartbeat.enter('ready');
    await passBarrier(context, run, plan.scenario, signal);
    await heartbeat.enter('loading');
    const measurement = await loadTarget(context, run, plan, signal);
    const after = await calibration.measureAfter();
    return { measurement, calibration: { before, after }, storesBefore };
  } finally {
    await calibration.stop();
  }
}

/** Ends the run as the error says; with the stores away, its lease will. */
async function leave(context: RunnerContext, runId: string, error: unknown): Promise<boolean> {
  const { runs, warn } = context;
  const message = error instanceof Error ? error.message : String(error);
  const leaving = error instanceof RunStopped ? error.leaving : 'failed';
  warn(`Run ${runId}: ${findLogLine(error) ?? message}`);
  if (leaving === 'failed') {
    await keepTrying(() => failRun(runs, runId, `The runner failed: ${message}`)).catch(() => false);
  } else if (leaving === 'cancelled') {
    return keepTrying(() => endRun(runs, runId, cancelledEnd())).catch(() => false);
  }
  return false;
}
