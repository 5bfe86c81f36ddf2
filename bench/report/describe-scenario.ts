import type { ReportScenario } from '../../contract/report.ts';
import { countMostVus, type Scenario } from '../scenario.ts';

/** The executor with all its parameters, as they stand in a report. */
export function describeScenario(scenario: Scenario, sourceSha256: string | null): ReportScenario {
  const isOpen = scenario.executor === 'constant-arrival-rate';
  const stages = scenario.executor === 'ramping-vus' ? scenario.stages : [];
  return {
    name: scenario.name,
    executor: scenario.executor,
    vus: countMostVus(scenario),
    iterations: 'iterations' in scenario ? scenario.iterations : null,
    deadline_seconds: scenario.deadlineSeconds,
    duration_seconds: 'durationSeconds' in scenario ? scenario.durationSeconds : null,
    max_duration_seconds: 'maxDurationSeconds' in scenario ? scenario.maxDurationSeconds : null,
    start_vus: scenario.executor === 'ramping-vus' ? scenario.startVus : null,
    stages: stages.map(({ durationSeconds, target }) => ({ duration_seconds: durationSeconds, target })),
    rate: isOpen ? scenario.rate : null,
    time_unit_seconds: isOpen ? scenario.timeUnitSeconds : null,
    pre_allocated_vus: isOpen ? scenario.preAllocatedVus : null,
    graceful_stop_seconds: scenario.gracefulStopSeconds,
    model: isOpen ? 'open' : 'closed',
    digest_sample_rate: scenario.digestSampleRate,
    seed: scenario.seed,
    tags: { ...scenario.tags },
    source_sha256: sourceSha256,
  };
}
