import { createHash } from 'node:crypto';
import {
  applyWorkload,
  buildReport,
  encodePhases,
  type Measurement,
  renderDocuments,
} from '../../../bench/index.ts';
import type { StoresUse } from '../../../contract/attribution.ts';
import type { Attempt } from '../../../contract/ledger.ts';
import type { RunDocument } from '../../../contract/object-keys.ts';
import type { Report, Target } from '../../../contract/report.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { InstanceTelemetry } from '../../../contract/telemetry.ts';
import { decodePart } from './run-part.ts';

/** All that a run's documents are made of. Plain data, as it goes to a thread. */
export interface RunFacts {
  readonly run: Pick<RunRecord, 'run_id' | 'started_at' | 'workload'>;
  readonly completedAt: string;
  readonly scenarioSha256: string;
  readonly target: Target | null;
  /** As it lies in the runs bucket. One runner a run in this version: its part is the whole measurement. */
  readonly part: Uint8Array;
  /** Requests that were sent one at a time after the load. */
  readonly alone: readonly Attempt[];
  readonly stores: StoresUse;
  readonly instances: readonly InstanceTelemetry[];
  /** Ids of those that answered a request. */
  readonly expectedInstances: readonly string[];
  readonly fingerprint: Report['fingerprint'];
}

export interface RenderedRun {
  readonly report: Report;
  readonly bodies: Readonly<Record<RunDocument, Uint8Array | string>>;
}

/** The run's report and everything that people read of it. */
export function renderRun({ run, part, instances, ...facts }: RunFacts): RenderedRun {
  const { measurement, calibration, ledger } = decodePart(Buffer.from(part));
  const report = buildReport({
    ...facts,
    runId: run.run_id,
    startedAt: run.started_at,
    workload: run.workload,
    scenario: applyWorkload(run.workload),
    calibration,
    measurement,
    instances,
    missingParts: findMissingService(measurement, instances),
    ledger: {
      document: 'ledger.json.gz' satisfies RunDocument,
      sha256: createHash('sha256').update(ledger).digest('hex'),
      rows: measurement.attempts.length,
    },
  });
  return {
    report,
    bodies: {
      ...renderDocuments(report, measurement.attempts),
      'report.json': `${JSON.stringify(report, null, 2)}\n`,
      'ledger.json.gz': ledger,
      'phases.json.gz': encodePhases(run.run_id, instances),
    },
  };
}

/** Requests that reached a service of which nothing was heard: it died before it could say a word. */
function findMissingService({ attempts }: Measurement, instances: readonly unknown[]): string[] {
  if (instances.length > 0) return [];
  for (const { connected_ms } of attempts) if (connected_ms !== null) return ['the service'];
  return [];
}
