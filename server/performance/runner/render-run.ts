import { createHash } from 'node:crypto';
import {
  applyWorkload,
  buildReport,
  countMostVus,
  encodeLedger,
  encodePhases,
  type Measurement,
  mergeCalibrations,
  mergeMeasurements,
  type RunnerPart,
  type RunnersInput,
  renderDocuments,
  type Scenario,
  splitScenario,
} from '../../../bench/index.ts';
import type { StoresUse } from '../../../contract/attribution.ts';
import type { Attempt } from '../../../contract/ledger.ts';
import type { RunDocument } from '../../../contract/object-keys.ts';
import type { EnvironmentFingerprint, Report } from '../../../contract/report.ts';
import type { LostShard, RunRecord } from '../../../contract/run.ts';
import type { InstanceTelemetry } from '../../../contract/telemetry.ts';
import { decodePart, type RunPart } from './run-part.ts';

/** All that a run's documents are made of. Plain data, as it goes to a thread. */
export interface RunFacts {
  readonly run: Pick<
    RunRecord,
    'run_id' | 'started_at' | 'workload' | 'shards' | 'absent_shards' | 'missing_shards'
  >;
  readonly completedAt: string;
  readonly scenarioSha256: string;
  /** As they lie in the runs bucket, one of each runner that loaded and was not lost: at least one. */
  readonly parts: readonly Uint8Array[];
  /** Requests that were sent one at a time after the load. */
  readonly alone: readonly Attempt[];
  readonly stores: StoresUse;
  readonly instances: readonly InstanceTelemetry[];
  /** Ids of those that answered a request. */
  readonly expectedInstances: readonly string[];
  readonly dataSet: EnvironmentFingerprint['data_set'];
}

export interface RenderedRun {
  readonly report: Report;
  readonly bodies: Readonly<Record<RunDocument, Uint8Array | string>>;
}

const mostNamed = 8;

/** The run's report and everything that people read of it. */
export function renderRun({ run, parts, dataSet, instances, ...facts }: RunFacts): RenderedRun {
  const decoded = parts.map((part) => decodePart(Buffer.from(part)));
  const [first] = decoded;
  if (first === undefined) throw new Error(`Run ${run.run_id} has no part to be rendered.`);
  const scenario = applyWorkload(run.workload);
  const runnerParts = decoded.map((part) => describePart(part, scenario));
  const { measurement, ledger } = joinParts(run.run_id, first, runnerParts);
  const report = buildReport({
    ...facts,
    runId: run.run_id,
    startedAt: run.started_at,
    workload: run.workload,
    scenario,
    target: first.target,
    calibration:
      decoded.length === 1 ? first.calibration : mergeCalibrations(decoded.map((part) => part.calibration)),
    measurement,
    instances,
    missingParts: [...nameMissing(run.missing_shards), ...findMissingService(measurement, instances)],
    ...(run.shards === 1 ? {} : { runners: describeRunners(run, runnerParts) }),
    ledger: {
      document: 'ledger.json.gz' satisfies RunDocument,
      sha256: createHash('sha256').update(ledger).digest('hex'),
      rows: measurement.attempts.length,
    },
    fingerprint: { environment: { ...first.environment, data_set: dataSet }, subject: first.subject },
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

function describePart(part: RunPart, whole: Scenario): RunnerPart {
  const scenario = splitScenario(whole, part.share);
  return { ...part, scenario, clients: countMostVus(scenario) };
}

/** A single part is the whole, its ledger included. */
function joinParts(
  runId: string,
  first: RunPart,
  parts: readonly RunnerPart[],
): { measurement: Measurement; ledger: Buffer } {
  if (parts.length === 1) return first;
  const measurement = mergeMeasurements(parts, { onOneMachine: first.subject.compute_backend === 'local' });
  return { measurement, ledger: encodeLedger(runId, measurement.attempts) };
}

/** The first few, as a verdict is to be read; the report's runners have them all. */
function nameMissing(missing: readonly LostShard[]): string[] {
  const told = missing.slice(0, mostNamed).map(({ shard, reason }) => `shard ${shard} (${reason})`);
  return missing.length > mostNamed ? [...told, `${missing.length - mostNamed} more shards`] : told;
}

function describeRunners(run: RunFacts['run'], parts: readonly RunnerPart[]): RunnersInput {
  return {
    asked: run.shards,
    expected: run.shards - run.absent_shards.length,
    parts,
    absent: run.absent_shards,
    missing: run.missing_shards,
  };
}

/** Requests that reached a service of which nothing was heard: it died before it could say a word. */
function findMissingService({ attempts }: Measurement, instances: readonly unknown[]): string[] {
  if (instances.length > 0) return [];
  for (const { connected_ms } of attempts) if (connected_ms !== null) return ['the service'];
  return [];
}
