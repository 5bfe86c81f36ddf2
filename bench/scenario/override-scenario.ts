import type { RampingVus, RampStage, Scenario } from '../scenario.ts';

/** What a workload or a command line may change of a scenario. */
export interface Overrides {
  readonly vus?: number;
  readonly iterations?: number;
  /** Cuts a scenario's own duration or stages, never lengthens them. */
  readonly durationSeconds?: number;
  /** Of each request; the iterations of an executor without a duration end with it. */
  readonly deadlineSeconds?: number;
}

/** @throws {Error} naming each field that means nothing to the scenario's executor. */
export function overrideScenario(scenario: Scenario, overrides: Overrides): Scenario {
  const faults = findFaults(scenario, overrides);
  if (faults.length > 0) throw new Error(`The scenario "${scenario.name}" ${faults.join(', and ')}.`);
  return changeLoad(
    { ...scenario, deadlineSeconds: overrides.deadlineSeconds ?? scenario.deadlineSeconds },
    overrides,
  );
}

function findFaults(scenario: Scenario, { vus, iterations }: Overrides): string[] {
  const hasVus = 'vus' in scenario;
  const hasIterations = 'iterations' in scenario;
  return [
    ...(vus !== undefined && !hasVus
      ? [`has no \`vus\` to be changed to ${vus}: ${sayWhatHasUsers(scenario)}`]
      : []),
    ...(iterations !== undefined && !hasIterations
      ? [`has no \`iterations\` to be changed to ${iterations}`]
      : []),
  ];
}

function sayWhatHasUsers({ executor }: Scenario): string {
  return executor === 'constant-arrival-rate'
    ? 'its rate is served by as many as `preAllocatedVUs` and `maxVUs` say in its file'
    : 'its `stages` say how many there are';
}

function changeLoad(scenario: Scenario, overrides: Overrides): Scenario {
  const { durationSeconds = Number.POSITIVE_INFINITY, deadlineSeconds } = overrides;
  switch (scenario.executor) {
    case 'per-vu-iterations':
    case 'shared-iterations': {
      const vus = overrides.vus ?? scenario.vus;
      const iterations = overrides.iterations ?? scenario.iterations;
      const rounds = scenario.executor === 'per-vu-iterations' ? iterations : Math.ceil(iterations / vus);
      const ownSeconds = deadlineSeconds ? deadlineSeconds * rounds : scenario.maxDurationSeconds;
      return { ...scenario, vus, iterations, maxDurationSeconds: Math.min(ownSeconds, durationSeconds) };
    }
    case 'constant-vus':
      return {
        ...scenario,
        vus: overrides.vus ?? scenario.vus,
        durationSeconds: Math.min(scenario.durationSeconds, durationSeconds),
      };
    case 'constant-arrival-rate':
      return { ...scenario, durationSeconds: Math.min(scenario.durationSeconds, durationSeconds) };
    case 'ramping-vus':
      return { ...scenario, stages: cutStages(scenario, durationSeconds) };
  }
}

/** A stage that is cut ends at the number of virtual users, rounded, that it would have reached by then. */
function cutStages({ startVus, stages }: RampingVus, durationSeconds: number): RampStage[] {
  const kept: RampStage[] = [];
  let leftSeconds = durationSeconds;
  let level = startVus;
  for (const stage of stages) {
    if (leftSeconds === 0) break;
    if (stage.durationSeconds > leftSeconds) {
      const target = Math.round(level + ((stage.target - level) * leftSeconds) / stage.durationSeconds);
      return [...kept, { durationSeconds: leftSeconds, target }];
    }
    kept.push(stage);
    leftSeconds -= stage.durationSeconds;
    level = stage.target;
  }
  return kept;
}
