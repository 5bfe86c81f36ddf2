import {
  hashScenario,
  readEnvironmentFingerprint,
  readSubjectFingerprint,
  subtractStoreCounts,
} from '../../../bench/index.ts';
import type { StoresUse } from '../../../contract/attribution.ts';
import { type RunDocument, runDocumentKey, runDocuments, runPartKey } from '../../../contract/object-keys.ts';
import type { Report } from '../../../contract/report.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { StoresCounts } from '../../../contract/store-counts.ts';
import { endRun } from '../end-run.ts';
import { collectTelemetry } from './collect-telemetry.ts';
import { fingerprintDataSet } from './fingerprint-data-set.ts';
import { keepTrying } from './keep-trying.ts';
import { measureAlone } from './measure-alone.ts';
import type { LoadPlan } from './plan-load.ts';
import { renderInThread } from './render-in-thread.ts';
import { type RenderedRun, renderRun } from './render-run.ts';
import { decodePartHead } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';
import { writeExperiment } from './write-experiment.ts';

/** As many requests are rendered in less time than it takes to start a thread for more of them. */
const mostRowsHere = 20_000;

/**
 * Makes the run's documents out of its parts and the instances' telemetry, and completes it. May be repeated: the
 * documents are overwritten by their like, and the run ends once.
 */
export async function mergeRun(
  context: RunnerContext,
  run: RunRecord,
  plan: LoadPlan,
  signal: AbortSignal,
): Promise<void> {
  const { runs } = context;
  const { scenario, target } = plan;
  const completedAt = new Date().toISOString();
  const storesAfter = await context.readStoresCounts();
  const alone = await measureAlone(context, run, plan, signal);
  await keepTrying(() => runs.finishLoad(run.run_id, completedAt), signal);
  const part = await readPart(context, run, signal);
  const { servedBy: expectedInstances, storesBefore, rows } = decodePartHead(part);
  const stores = describeStores(context, storesBefore, storesAfter);
  const [instances, fingerprint, scenarioSha256] = await Promise.all([
    collectTelemetry(runs, run.run_id, expectedInstances, signal),
    readFingerprint(context, run, signal),
    hashScenario(scenario.name),
  ]);
  const facts = {
    run,
    completedAt,
    scenarioSha256,
    target,
    part,
    alone,
    stores,
    instances,
    expectedInstances,
    fingerprint,
  };
  const { report, bodies } = rows > mostRowsHere ? await renderInThread(facts, signal) : renderRun(facts);
  await writeDocuments(context, run.run_id, bodies, signal);
  await writeExperiment(context, run, bodies['report.json'].toString(), signal);
  await complete(context, report);
}

/** What the stores say of the load: the artifacts' bucket, and records that were read. */
function describeStores({ modelsBucket }: RunnerContext, before: StoresCounts, after: StoresCounts): StoresUse {
  return {
    s3: subtractStoreCounts(before.s3, after.s3, modelsBucket),
    dynamodb: subtractStoreCounts(before.dynamodb, after.dynamodb, 'GetItem'),
  };
}

async function readPart(context: RunnerContext, run: RunRecord, signal: AbortSignal): Promise<Buffer> {
  const part = await keepTrying(() => context.documents.read(runPartKey(run.run_id, 0)), signal);
  if (part === null) throw new RunStopped('failed', 'The measurement of shard 0 is not in the runs bucket.');
  return part;
}

async function readFingerprint(
  context: RunnerContext,
  run: RunRecord,
  signal: AbortSignal,
): Promise<Report['fingerprint']> {
  if (run.delivery_settings === null) {
    throw new RunStopped(
      'failed',
      'The service that took the trigger is of an older version than this runner.',
    );
  }
  const dataSet = await keepTrying(() => fingerprintDataSet(context.models), signal);
  const [environment, subject] = await Promise.all([
    readEnvironmentFingerprint({ backend: context.backend, dataSet }),
    readSubjectFingerprint({
      computeBackend: context.computeBackend,
      settings: run.delivery_settings,
    }),
  ]);
  return { environment, subject };
}

async function writeDocuments(
  { documents }: RunnerContext,
  runId: string,
  bodies: RenderedRun['bodies'],
  signal: AbortSignal,
): Promise<void> {
  const names = Object.keys(bodies) as RunDocument[];
  await Promise.all(
    names.map((name) =>
      keepTrying(
        () => documents.write(runDocumentKey(runId, name), Buffer.from(bodies[name]), runDocuments[name]),
        signal,
      ),
    ),
  );
}

async function complete({ runs }: RunnerContext, report: Report): Promise<void> {
  const ended = await keepTrying(() =>
    endRun(runs, report.run_id, {
      status: 'completed',
      completed_at: report.completed_at,
      metrics: report.black_box.metrics,
      verdict: report.verdict,
      labels: report.labels,
      stopped_because: report.stopped_because,
      documents: Object.keys(runDocuments),
    }),
  );
  if (!ended) throw new RunStopped('to_others', 'The run was ended from outside while its report was written.');
}
