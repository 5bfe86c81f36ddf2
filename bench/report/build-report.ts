import type { Report, Target } from '../../contract/report.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import type { Workload } from '../../contract/workload.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { countMostVus, type Scenario } from '../scenario.ts';
import { evaluateThresholds } from '../thresholds/evaluate-thresholds.ts';
import { buildBlackBox } from './build-black-box.ts';
import { checkCounters, checkDelivery, checkDigests, checkLengths } from './build-checks.ts';
import { buildWhiteBox } from './build-white-box.ts';
import { findMissing } from './find-missing.ts';
import { judgeRun } from './judge-run.ts';
import { labelRun } from './label-run.ts';

export interface ReportInput {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly workload: Workload;
  readonly scenario: Scenario;
  readonly target: Target;
  /** Of all runners that delivered, merged. */
  readonly measurement: Measurement;
  readonly instances: readonly InstanceTelemetry[];
  /** Ids of the instances that must have reported: those seen in `served_by`; none for a service without telemetry. */
  readonly expectedInstances: readonly string[];
  /** Runners' parts that never came, in words such as `shard 2`. */
  readonly missingParts: readonly string[];
  readonly ledger: Report['ledger'];
  readonly fingerprint: Report['fingerprint'];
}

/** Joins what the client and the service saw of one run, and judges it. */
export function buildReport(input: ReportInput): Report {
  const { scenario, target, measurement, fingerprint } = input;
  const { generator } = measurement;
  const attempts = [...measurement.attempts];
  const blackBox = buildBlackBox(measurement);
  const whiteBox = buildWhiteBox(input.instances);
  const missing = findMissing(input);
  const checks = [
    checkLengths(attempts, target),
    checkDigests(attempts),
    checkDelivery(attempts, fingerprint.subject.delivery),
    checkCounters(blackBox, whiteBox, missing),
  ];
  return {
    schema: 'modelrig.report/1',
    run_id: input.runId,
    started_at: input.startedAt,
    completed_at: input.completedAt,
    workload: input.workload,
    scenario: {
      name: scenario.name,
      executor: scenario.executor,
      vus: countMostVus(scenario),
      iterations: 'iterations' in scenario ? scenario.iterations : null,
      deadline_seconds: scenario.deadlineSeconds,
      model: scenario.executor === 'constant-arrival-rate' ? 'open' : 'closed',
      digest_sample_rate: scenario.digestSampleRate,
    },
    target,
    verdict: judgeRun({ attempts, target, checks, missing }),
    labels: labelRun(generator, {
      cores: fingerprint.environment.cpu_cores,
      neighbours: listNeighbours(fingerprint),
    }),
    thresholds: evaluateThresholds(
      scenario.thresholds.map(({ expression }) => expression),
      blackBox.metrics,
    ),
    checks,
    black_box: blackBox,
    white_box: whiteBox,
    ledger: input.ledger,
    fingerprint,
  };
}

/** On `local` the service starts its runners beside itself, and embedded stores are on this machine, too. */
function listNeighbours({ environment, subject }: Report['fingerprint']): string[] {
  return [
    ...(subject.compute_backend === 'local' ? ['service'] : []),
    ...(environment.backend === 'embedded' ? ['embedded stores'] : []),
  ];
}
