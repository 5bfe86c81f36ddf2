import { createHash, randomUUID } from 'node:crypto';
import type { RunDocument } from '../../contract/object-keys.ts';
import type { Ceiling, Report } from '../../contract/report.ts';
import type { Workload } from '../../contract/workload.ts';
import type { Calibrator } from '../measure/calibrator.ts';
import { measureLoad } from '../measure/measure-load.ts';
import { startCalibrator } from '../measure/start-calibrator.ts';
import { encodeLedger } from '../metrics/ledger-codec.ts';
import { buildReport } from '../report/build-report.ts';
import { encodePhases } from '../report/encode-phases.ts';
import { describeUnknownSubject } from '../report/fingerprint/describe-unknown-subject.ts';
import { readEnvironmentFingerprint } from '../report/fingerprint/read-environment.ts';
import { renderDocuments } from '../report/render-documents.ts';
import type { LoadChoice } from './choose-load.ts';
import { ScriptError } from './exit-codes.ts';
import type { ServedModels } from './read-served-models.ts';
import type { Terminal } from './terminal.ts';

export interface MeasuredRun {
  readonly report: Report;
  readonly documents: Readonly<Record<RunDocument, string | Buffer>>;
  /** What the scenario's teardown threw after the load, in words. */
  readonly teardownError: string | null;
}

/**
 * Loads the target between two looks at the null server, and makes the run's documents. When the signal fires the load
 * ends, and what it had measured is reported.
 * @throws {Error} as `measureLoad`; the signal's reason when it fires before the load.
 */
export async function measureTarget(
  choice: LoadChoice,
  served: ServedModels,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<MeasuredRun> {
  const { scenario, url } = choice;
  const { models } = served;
  const runId = randomUUID();
  const calibrator = await startCalibrator(signal);
  try {
    const look = () => findCeiling(calibrator, { choice, served }, terminal, signal);
    const before = await look();
    signal.throwIfAborted();
    const startedAt = new Date().toISOString();
    const measurement = await measureLoad({
      scenario,
      url,
      headers: {},
      models,
      signal,
      onProgress: (progress) => terminal.showProgress(progress),
    });
    const completedAt = new Date().toISOString();
    const after = signal.aborted ? null : await look();
    const ledger = encodeLedger(runId, measurement.attempts);
    const report = buildReport({
      runId,
      startedAt,
      completedAt,
      workload: describeWorkload(choice, served),
      scenario,
      scenarioSha256: choice.sha256,
      calibration: { before, after },
      target: served.target,
      measurement,
      instances: [],
      expectedInstances: [],
      missingParts: [],
      isInterrupted: signal.aborted && measurement.stoppedBecause !== null,
      ledger: {
        document: 'ledger.json.gz' satisfies RunDocument,
        sha256: createHash('sha256').update(ledger).digest('hex'),
        rows: measurement.attempts.length,
      },
      fingerprint: {
        environment: await readEnvironmentFingerprint({ backend: 'unavailable', dataSet: 'unavailable' }),
        subject: describeUnknownSubject(served.delivery),
      },
    });
    const rendered = renderDocuments(report, measurement.attempts);
    const json = `${JSON.stringify(report, null, 2)}\n`;
    const documents = {
      'report.json': json,
      ...rendered,
      'ledger.json.gz': ledger,
      'phases.json.gz': encodePhases(runId, []),
    };
    return { report, documents, teardownError: measurement.teardownError };
  } finally {
    await calibrator.stop();
  }
}

/** Null, and said, when the null server cannot be measured: the run is worth something without it. */
async function findCeiling(
  calibrator: Calibrator,
  { choice, served }: { choice: LoadChoice; served: ServedModels },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Ceiling | null> {
  terminal.show('calibrate a null server, for what this machine can do at most: about three seconds');
  try {
    return await calibrator.measureCeiling(choice.scenario, served.models, signal);
  } catch (error) {
    if (error instanceof ScriptError) throw error;
    if (!signal.aborted) terminal.warn(`Not calibrated: ${(error as Error).message}`);
    return null;
  }
}

/** As a trigger would have been asked for it. */
function describeWorkload({ scenario, modelId, version }: LoadChoice, { target }: ServedModels): Workload {
  return {
    scenario: scenario.name,
    num_clients: 'vus' in scenario ? scenario.vus : null,
    requests_per_client: scenario.executor === 'per-vu-iterations' ? scenario.iterations : null,
    model_id: target === null ? null : modelId,
    version: target === null ? null : version,
    duration_seconds: null,
  };
}
