import { createHash } from 'node:crypto';
import {
  buildReport,
  hashScenario,
  type Measurement,
  readEnvironmentFingerprint,
  readSubjectFingerprint,
  renderDocuments,
} from '../../../bench/index.ts';
import { type RunDocument, runDocumentKey, runDocuments, runPartKey } from '../../../contract/object-keys.ts';
import type { Report } from '../../../contract/report.ts';
import type { RunRecord } from '../../../contract/run.ts';
import { endRun } from '../end-run.ts';
import { collectTelemetry } from './collect-telemetry.ts';
import { fingerprintDataSet } from './fingerprint-data-set.ts';
import { keepTrying } from './keep-trying.ts';
import type { LoadPlan } from './plan-load.ts';
import { decodePart, type RunPart } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

/**
 * Makes the run's documents out of its parts and the instances' telemetry, and completes it. May be repeated: the
 * documents are overwritten by their like, and the run ends once.
 */
export async function mergeRun(
  context: RunnerContext,
  run: RunRecord,
  { scenario, target }: LoadPlan,
  signal: AbortSignal,
): Promise<void> {
  const { runs } = context;
  const completedAt = new Date().toISOString();
  await keepTrying(() => runs.finishLoad(run.run_id, completedAt), signal);
  const { measurement, calibration, ledger } = await readPart(context, run, signal);
  const expectedInstances = listInstances(measurement);
  const [instances, fingerprint, scenarioSha256] = await Promise.all([
    collectTelemetry(runs, run.run_id, expectedInstances, signal),
    readFingerprint(context, run, signal),
    hashScenario(scenario.name),
  ]);

  const report = buildReport({
    runId: run.run_id,
    startedAt: run.started_at,
    completedAt,
    workload: run.workload,
    scenario,
    scenarioSha256,
    calibration,
    target,
    measurement,
    instances,
    expectedInstances,
    missingParts: findMissingService(measurement, instances),
    ledger: {
      document: 'ledger.json.gz' satisfies RunDocument,
      sha256: createHash('sha256').update(ledger).digest('hex'),
      rows: measurement.attempts.length,
    },
    fingerprint,
  });
  const bodies = {
    ...renderDocuments(report, measurement.attempts),
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'ledger.json.gz': ledger,
  };
  await writeDocuments(context, run.run_id, bodies, signal);
  await complete(context, report);
}

/** Requests that reached a service of which nothing was heard: it died before it could say a word. */
function findMissingService({ attempts }: Measurement, instances: readonly unknown[]): string[] {
  if (instances.length > 0) return [];
  for (const { connected_ms } of attempts) if (connected_ms !== null) return ['the service'];
  return [];
}

/** One runner a run in this version: its part is the whole measurement, and its ledger that of the run. */
async function readPart(context: RunnerContext, run: RunRecord, signal: AbortSignal): Promise<RunPart> {
  const part = await keepTrying(() => context.documents.read(runPartKey(run.run_id, 0)), signal);
  if (part === null) throw new RunStopped('failed', 'The measurement of shard 0 is not in the runs bucket.');
  return decodePart(part);
}

function listInstances({ attempts }: Measurement): string[] {
  const ids = new Set<string>();
  for (const { served_by } of attempts) if (served_by !== null) ids.add(served_by);
  return [...ids];
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
  bodies: Readonly<Record<RunDocument, Buffer | string>>,
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
