import { countMostVus, countPlannedRequests, type Measurement, type Scenario } from '../../../bench/index.ts';
import { headers } from '../../../contract/headers.ts';
import type { Progress, RunRecord } from '../../../contract/run.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Release } from './pass-barrier.ts';
import type { LoadPlan } from './plan-load.ts';
import { rejectAfterStop } from './reject-after-stop.ts';
import type { RunnerContext } from './runner-context.ts';
import { sumProgress } from './sum-progress.ts';

export interface ShardLoad {
  readonly shard: number;
  readonly plan: LoadPlan;
  /** This shard's share of the plan's. */
  readonly scenario: Scenario;
  readonly release: Release;
  readonly heartbeat: Heartbeat;
}

/**
 * Loads the service as planned and tells progress every second.
 * @throws the signal's reason when it fires, even if the engine does not stop.
 */
export async function loadTarget(
  context: RunnerContext,
  run: RunRecord,
  shardLoad: ShardLoad,
  signal: AbortSignal,
): Promise<Measurement> {
  const load = context.measureLoad({
    scenario: shardLoad.scenario,
    url: context.targetUrl,
    headers: { [headers.runId]: run.run_id },
    models: shardLoad.plan.models,
    startAtMs: shardLoad.release.startAtMs,
    signal,
    ...(run.byte_budget === null ? {} : { mostBytes: shareBudget(run.byte_budget, shardLoad) }),
    onProgress: tellProgress(context, run.run_id, shardLoad),
  });
  const measurement = await Promise.race([load, rejectAfterStop(signal)]);
  signal.throwIfAborted();
  return measurement;
}

/**
 * As the load is shared, which need not be evenly: by the requests that are planned, or by the users where their number
 * follows from the answers.
 */
function shareBudget(budgetBytes: number, { plan, scenario }: ShardLoad): number {
  const count = (of: Scenario) => countPlannedRequests(of) ?? countMostVus(of);
  return (budgetBytes * count(scenario)) / count(plan.scenario);
}

/**
 * A shard's progress goes with its heartbeat; the first share writes that of all, as they told it last. What cannot be
 * written is skipped: the next second brings it up to date.
 */
function tellProgress(
  { runs }: RunnerContext,
  runId: string,
  { shard: self, plan, release: { share }, heartbeat }: ShardLoad,
): (progress: Progress) => void {
  let isWriting = false;
  return (progress) => {
    heartbeat.note(progress);
    if (isWriting || share.index > 0) return;
    isWriting = true;
    const ofAll = share.of === 1 ? Promise.resolve(progress) : readProgressOfAll(progress);
    ofAll
      .then((whole) => runs.writeProgress(runId, whole))
      .catch(() => {})
      .finally(() => {
        isWriting = false;
      });
  };

  async function readProgressOfAll(own: Progress): Promise<Progress> {
    const others = (await runs.listShards(runId)).filter(({ shard }) => shard !== self);
    const told = others.flatMap(({ progress }) => progress ?? []);
    return sumProgress([own, ...told], countPlannedRequests(plan.scenario));
  }
}
