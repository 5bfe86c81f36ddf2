import type { StoresUse } from '../../contract/attribution.ts';
import type { Attempt } from '../../contract/ledger.ts';
import type { Calibration, Report, Target } from '../../contract/report.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import type { Workload } from '../../contract/workload.ts';
import { attribute } from '../attribution/attribute.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { countPlannedRequests, type Scenario } from '../scenario.ts';
import { evaluateThresholds } from '../thresholds/evaluate-thresholds.ts';
import { readFinalMetrics } from '../thresholds/read-final-metrics.ts';
import { buildBlackBox } from './build-black-box.ts';
import {
  checkCounters,
  checkDelivery,
  checkDigests,
  checkIdentityList,
  checkLengths,
  describeHeaderChecks,
} from './build-checks.ts';
import { buildWhiteBox } from './build-white-box.ts';
import { listDraftReasons } from './caveats.ts';
import { hasKnownSizes } from './ceiling-share.ts';
import { checkResidence, checkStore } from './check-white-box.ts';
import { countDropped } from './count-planned.ts';
import { countMade, describeRunners, type RunnersInput } from './describe-runners.ts';
import { describeScenario } from './describe-scenario.ts';
import { boundForeignShare, findForeignShare } from './find-foreign-share.ts';
import { findMissing } from './find-missing.ts';
import { judgeRun } from './judge-run.ts';
import { labelRunners } from './label-runners.ts';
import { listNeighbours } from './list-neighbours.ts';

export interface ReportInput {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly workload: Workload;
  readonly scenario: Scenario;
  /** SHA-256 of the scenario's source file, hexadecimal; absent where it is not known. */
  readonly scenarioSha256?: string;
  /** Absent for a run that was not calibrated. */
  readonly calibration?: Calibration;
  /** Null where more than one model was asked for. */
  readonly target: Target | null;
  /** Of all runners that delivered, merged. */
  readonly measurement: Measurement;
  /** Requests that were sent one at a time after the load; absent where there were none. */
  readonly alone?: readonly Attempt[];
  /** What the stores say of themselves; absent where nobody asked them. */
  readonly stores?: StoresUse;
  readonly instances: readonly InstanceTelemetry[];
  /** Ids of the instances that must have reported: those seen in `served_by`; none for a service without telemetry. */
  readonly expectedInstances: readonly string[];
  /** Runners' parts that never came, in words such as `shard 2`. */
  readonly missingParts: readonly string[];
  /** Whether a person ended the load before its time. */
  readonly isInterrupted?: boolean;
  /** Where several runners shared the load, what each of them measured. */
  readonly runners?: RunnersInput;
  readonly ledger: Report['ledger'];
  readonly fingerprint: Report['fingerprint'];
}

/** Joins what the client and the service saw of one run, and judges it. */
export function buildReport(input: ReportInput): Report {
  const { scenario, target, measurement, fingerprint, calibration = null, isInterrupted = false } = input;
  const { attempts, stoppedBecause } = measurement;
  const stores = input.stores ?? { s3: null, dynamodb: null };
  const counted = buildWhiteBox(input.instances, input.stores ?? null);
  const generator = {
    ...measurement.generator,
    foreign_share: findForeignShare(measurement.generator, counted, fingerprint),
    foreign_share_at_most: boundForeignShare(measurement.generator, counted, fingerprint),
  };
  const attributed = attribute({
    attempts,
    instances: input.instances,
    alone: input.alone ?? [],
    stores,
    generator,
    delivery: fingerprint.subject.delivery,
    isServiceBeside: fingerprint.subject.compute_backend === 'local',
  });
  const whiteBox = counted && { ...counted, attribution: attributed?.attribution ?? null };
  const made = input.runners && countMade(input.runners, scenario);
  const blackBox = buildBlackBox({ ...measurement, generator }, scenario, made);
  const { metrics, identities } = blackBox;
  const cutShort = describeCut(measurement, scenario);
  const droppedIterations = countDropped(measurement.droppedIterations, cutShort);
  const missing = findMissing(input);
  const runners = input.runners ? describeRunners(input.runners, scenario, fingerprint) : null;
  const checks = [
    checkLengths(attempts),
    checkDigests(attempts),
    ...(fingerprint.subject.delivery === 'unavailable'
      ? []
      : [checkDelivery(attempts, fingerprint.subject.delivery)]),
    checkCounters(blackBox, whiteBox, missing),
    ...checkStore(blackBox, input.instances, stores.s3, missing),
    ...(attributed === null ? [] : [checkResidence(attributed.evidence, measurement.generator)]),
    checkIdentityList(identities),
    ...describeHeaderChecks(measurement.checks),
  ];
  return {
    schema: 'modelrig.report/1',
    run_id: input.runId,
    started_at: input.startedAt,
    completed_at: input.completedAt,
    workload: input.workload,
    scenario: describeScenario(scenario, input.scenarioSha256 ?? null),
    scope: 'macro',
    target,
    verdict: judgeRun({ attempts, identities, checks, missing }),
    labels: labelRunners(runners, {
      generator,
      load: {
        bytesPerSecond: metrics.throughput.bytes_per_second,
        requestsPerSecond: metrics.throughput.requests_per_second,
        hasKnownSizes: hasKnownSizes(attempts),
      },
      calibration,
      identities,
      cores: fingerprint.environment.cpu_cores,
      neighbours: listNeighbours(fingerprint),
    }),
    stopped_because: stoppedBecause,
    interrupted: isInterrupted,
    cut_short: cutShort,
    draft_reasons: listDraftReasons({
      fingerprint,
      stopped_because: stoppedBecause,
      interrupted: isInterrupted,
      calibration,
    }),
    calibration,
    thresholds: evaluateThresholds(
      scenario.thresholds,
      readFinalMetrics({ ...measurement, droppedIterations }, metrics),
    ),
    checks,
    black_box: blackBox,
    white_box: whiteBox,
    runners,
    ledger: input.ledger,
    fingerprint,
  };
}

function describeCut({ attempts, cutByMaxDuration }: Measurement, scenario: Scenario): Report['cut_short'] {
  const planned = countPlannedRequests(scenario);
  return cutByMaxDuration && planned !== null ? { made: attempts.length, planned } : null;
}
