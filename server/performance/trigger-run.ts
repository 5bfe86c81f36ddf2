import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  applyWorkload,
  countPlannedRequests,
  findLongestSeconds,
  findPlannedSeconds,
  type Scenario,
  startsAtOnce,
} from '../../bench/index.ts';
import type { DeliverySettings } from '../../contract/delivery-settings.ts';
import { sanitizeModelId } from '../../contract/model-id.ts';
import type { TriggerAnswer } from '../../contract/results.ts';
import { cancelPath } from '../../contract/routes.ts';
import type { RunRecord } from '../../contract/run.ts';
import type { Workload } from '../../contract/workload.ts';
import { DomainError } from '../domain-error.ts';
import { listAllModels } from '../registry/list-all-models.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import { applyProfile } from './apply-profile.ts';
import { failRun } from './end-run.ts';
import { hardDeadline } from './hard-deadline.ts';
import { newRun } from './new-run.ts';
import type { PerformanceContext } from './performance-context.ts';
import { refuseBody } from './refuse-body.ts';
import { settleHolder } from './settle-run.ts';
import { stopOrphans } from './stop-orphans.ts';

/** How long a claim of the one active place may stand without the run's record behind it. */
const claimMs = 10_000;
/** How far back the last comparable run is looked for. */
const comparableRuns = 50;
/** What a load's number of requests comes from, the first that says anything. */
const budgetFields = ['requests_per_client', 'num_clients', 'duration_seconds'] as const;

/**
 * Creates a run, hands it to the launcher and answers without waiting for the load.
 * @throws {DomainError} `invalid_body` for more bytes than there may be; `model_unknown`; `run_active` with the id of the run that holds the place.
 */
export async function triggerRun(context: PerformanceContext, workload: Workload): Promise<TriggerAnswer> {
  const { runs } = context;
  const settings = applyProfile(context.deliverySettings, workload.profile, {
    refused: context.refusedStrategies ?? [],
    mostSockets: context.mostRunSockets ?? Number.POSITIVE_INFINITY,
  });
  const scenario = applyWorkload(workload);
  const [model, expectedMs] = await Promise.all([
    assertPublished(context, workload),
    estimateDurationMs(context, workload, scenario, settings),
  ]);
  assertBudget(context, workload, scenario, model);
  const runId = randomUUID();
  await takePlace(context, runId);
  const run = describeRun(context, runId, workload, scenario, settings, expectedMs);
  try {
    await runs.createRun(run);
    await confirmPlace(context, runId);
  } catch (error) {
    await giveUp(context, runId, error);
    throw error;
  }
  await context.launchRun(run);
  // On Lambda nobody looks for them between requests.
  void stopOrphans(context).catch(() => {});
  return { run_id: runId, status: 'started', estimated_completion: run.estimated_completion };
}

/** As far as the stores still answer: what is left behind would hold the place until its time limit. */
async function giveUp({ runs }: PerformanceContext, runId: string, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  await failRun(runs, runId, `The run was not launched: ${message}`).catch(() => false);
  await runs.dropClaim(runId).catch(() => {});
}

/** The model that the scenario downloads; null of one that asks for whichever there are. */
async function assertPublished(
  { models }: PerformanceContext,
  workload: Workload,
): Promise<ModelRecord | null> {
  const { scenario, model_id, version } = workload;
  if (model_id === null || version === null) {
    for await (const _ of listAllModels(models)) return null;
    const allowed = 'a scenario of one model that is published; the registry is empty';
    throw new DomainError('model_unknown', `The registry has no model for the scenario "${scenario}".`, {
      faults: [{ field: 'scenario', value: scenario, allowed }],
    });
  }
  const model = await models.find(sanitizeModelId(model_id), version);
  if (model) return model;
  throw new DomainError('model_unknown', `The registry has no model "${model_id}" in version "${version}".`, {
    faults: [
      { field: 'model_id', value: model_id, allowed: 'a model that is published; GET /models lists them' },
      { field: 'version', value: version, allowed: 'a published version of that model' },
    ],
  });
}

/** What is not known before, a load by time or of all models, is stopped when it has downloaded so much. */
function assertBudget(
  { maxRunBytes = Number.POSITIVE_INFINITY }: PerformanceContext,
  workload: Workload,
  scenario: Scenario,
  model: ModelRecord | null,
): void {
  const downloads = countPlannedRequests(scenario);
  if (downloads === null || model === null || downloads * model.sizeBytes <= maxRunBytes) return;
  const field = budgetFields.find((name) => (workload[name] ?? 0) > 1) ?? 'num_clients';
  const most = Math.floor(maxRunBytes / model.sizeBytes);
  const allowed = `what makes at most ${most} downloads of ${model.sizeBytes} bytes each instead of ${downloads}, for the clients of a run may download ${maxRunBytes} bytes (MAX_RUN_BYTES)`;
  throw refuseBody([{ field, value: workload[field], allowed }]);
}

/** What the last comparable run took, at most what the load may take; that when there was none. */
async function estimateDurationMs(
  context: PerformanceContext,
  workload: Workload,
  scenario: Scenario,
  settings: DeliverySettings,
): Promise<number> {
  const longestMs = findLongestSeconds(scenario) * 1_000;
  const { runs } = await context.runs.listRuns(comparableRuns, null);
  const comparable = runs.find(
    (run) =>
      run.status === 'completed' &&
      isSameLoad(run.workload, workload, scenario) &&
      isDeepStrictEqual(run.delivery_settings, settings),
  );
  if (!comparable?.completed_at) return longestMs;
  return Math.min(longestMs, Date.parse(comparable.completed_at) - Date.parse(comparable.started_at));
}

/** The deadline of a single burst does not change how long it takes, the duration of another load does. */
function isSameLoad(one: Workload, other: Workload, scenario: Scenario): boolean {
  return (
    one.scenario === other.scenario &&
    one.model_id === other.model_id &&
    one.version === other.version &&
    one.num_clients === other.num_clients &&
    one.requests_per_client === other.requests_per_client &&
    one.runner_tasks === other.runner_tasks &&
    (startsAtOnce(scenario) || one.duration_seconds === other.duration_seconds)
  );
}

async function takePlace(context: PerformanceContext, runId: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const claimExpiresAt = new Date(Date.now() + claimMs).toISOString();
    const lock = await context.runs.takeLock(runId, claimExpiresAt);
    if (lock === null) return;
    const active = await settleHolder(context, lock);
    if (active) throw anotherIsActive(active.run_id);
  }
  const lock = await context.runs.readLock();
  throw anotherIsActive(lock?.holder ?? runId);
}

/** A claim that took longer than `claimMs` may have been taken for abandoned; only a confirmed one is launched. */
async function confirmPlace(context: PerformanceContext, runId: string): Promise<void> {
  if (await context.runs.confirmLock(runId)) return;
  await failRun(context.runs, runId, 'The run lost its place to another one before its runner was launched.');
  const lock = await context.runs.readLock();
  throw anotherIsActive(lock?.holder ?? runId);
}

function describeRun(
  context: PerformanceContext,
  runId: string,
  workload: Workload,
  scenario: Scenario,
  settings: DeliverySettings,
  expectedMs: number,
): RunRecord {
  const now = Date.now();
  const run = newRun({
    run_id: runId,
    workload,
    delivery_settings: settings,
    shards: workload.runner_tasks ?? 1,
    planned_seconds: findPlannedSeconds(scenario),
    started_at: new Date(now).toISOString(),
    estimated_completion: new Date(now + expectedMs).toISOString(),
    hard_deadline: hardDeadline(now + context.launchTimeoutSeconds * 1_000, scenario),
  });
  return { ...run, byte_budget: context.maxRunBytes ?? null };
}

function anotherIsActive(activeRunId: string): DomainError {
  return new DomainError(
    'run_active',
    `Run ${activeRunId} is active; one run at a time is allowed. Wait for it, or cancel it by POST ${cancelPath(activeRunId)}.`,
    { activeRunId },
  );
}
