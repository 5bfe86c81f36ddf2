import { splitScenario } from '../../../bench/index.ts';
import { runPartKey } from '../../../contract/object-keys.ts';
import { isTerminal, type RunRecord } from '../../../contract/run.ts';
import { findLogLine } from '../../domain-error.ts';
import { cancelledEnd, endRun, failRun } from '../end-run.ts';
import { calibrateRun } from './calibrate-run.ts';
import { concludeRun } from './conclude-run.ts';
import { describeMachine } from './describe-machine.ts';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { keepTrying } from './keep-trying.ts';
import { loadTarget } from './load-target.ts';
import { passBarrier, type Release } from './pass-barrier.ts';
import { type LoadPlan, planLoad } from './plan-load.ts';
import { encodePart, type Measured } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';
import { tellActivity } from './tell-activity.ts';

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
  const { signal } = controller;
  let heartbeat: Heartbeat | null = null;
  try {
    const run = await keepTrying(() => context.runs.readRun(runId), signal);
    if (run === null) throw new RunStopped('to_others', `There is no run ${runId}.`);
    const shard = await claimShard(context, run, signal);
    const own = { shard, runner: context.runner };
    heartbeat = await startHeartbeat(context.runs, runId, own, controller, run.shards);
    await runClaimedShard(context, run, shard, heartbeat, signal);
    return true;
  } catch (error) {
    return await leave(context, runId, heartbeat, error);
  } finally {
    await heartbeat?.stop();
  }
}

async function claimShard(context: RunnerContext, run: RunRecord, signal: AbortSignal): Promise<number> {
  const shard = await keepTrying(() => context.runs.claimShard(run.run_id, context.runner), signal);
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
  heartbeat: Heartbeat,
  signal: AbortSignal,
): Promise<void> {
  const plan = await planLoad(context, run, signal);
  const { share, ...measured } = await measurePart(context, run, shard, plan, heartbeat, signal);
  await heartbeat.enter('writing', `measured ${measured.measurement.attempts.length} requests`);
  const machine = await describeMachine(context, run);
  const body = await encodePart(
    run.run_id,
    { ...measured, ...machine, targetUrl: context.targetUrl, target: plan.target },
    { shard, share },
  );
  const key = runPartKey(run.run_id, shard);
  await keepTrying(() => context.documents.write(key, body, 'application/octet-stream'), signal);
  await heartbeat.enter('done', 'wrote its part');
  if (run.shards > 1) await tellActivity(context.runs, run.run_id, share.index, 'collecting');
  await concludeRun(context, run, { shard, share, plan }, signal);
}

/** The load between two calibrations, after all runners have met. */
async function measurePart(
  context: RunnerContext,
  run: RunRecord,
  shard: number,
  plan: LoadPlan,
  heartbeat: Heartbeat,
  signal: AbortSignal,
): Promise<Pick<Measured, 'measurement' | 'calibration' | 'storesBefore'> & Pick<Release, 'share'>> {
  const { runs } = context;
  const expected = splitScenario(plan.scenario, { index: shard, of: run.shards });
  const calibration = calibrateRun(context, run, { ...plan, scenario: expected }, signal);
  try {
    await tellActivity(runs, run.run_id, shard, 'calibrating');
    const before = await calibration.measureBefore();
    const storesBefore = await context.readStoresCounts();
    await heartbeat.enter('ready', 'waits for the others');
    if (run.shards > 1) await tellActivity(runs, run.run_id, shard, 'assembling');
    const release = await passBarrier(context, run, shard, signal);
    const scenario = splitScenario(plan.scenario, release.share);
    await heartbeat.enter('loading', 'loads the service');
    const measurement = await loadTarget(context, run, { shard, plan, scenario, release, heartbeat }, signal);
    await tellActivity(runs, run.run_id, release.share.index, 'recalibrating');
    const after = await calibration.measureAfter();
    return { measurement, calibration: { before, after }, storesBefore, share: release.share };
  } finally {
    await calibration.stop();
  }
}

/** Ends the run as the error says; with the stores away, its lease will. */
async function leave(
  context: RunnerContext,
  runId: string,
  heartbeat: Heartbeat | null,
  error: unknown,
): Promise<boolean> {
  const { runs, warn } = context;
  const leaving = error instanceof RunStopped ? error.leaving : 'failed';
  if (leaving === 'completed') return true;
  const message = error instanceof Error ? error.message : String(error);
  warn(`Run ${runId}: ${findLogLine(error) ?? message}`);
  if (leaving === 'failed') await fail(context, runId, heartbeat, message).catch(() => {});
  if (leaving !== 'cancelled') return false;
  return keepTrying(() => endRun(runs, runId, cancelledEnd())).catch(() => false);
}

/** Alone, a runner takes its run with it; one of several gives up its shard, and what follows is for whoever looks. */
async function fail(
  { runs }: RunnerContext,
  runId: string,
  heartbeat: Heartbeat | null,
  message: string,
): Promise<void> {
  const run = await keepTrying(() => runs.readRun(runId));
  if (run !== null && run.shards > 1 && heartbeat !== null) {
    await heartbeat.giveUp(message);
    return;
  }
  await keepTrying(() => failRun(runs, runId, `The runner failed: ${message}`));
}
