import { type ExperimentPlan, nameArtifact } from '../../../bench/lab/experiment-plan.ts';
import { createFixedDesign } from '../../../bench/statistics/design.ts';
import type { Stage } from '../../../contract/experiment.ts';

/** Experiments with a known truth, on real rounds. */
export interface Rung {
  readonly name: string;
  /** How much slower the after arm's store is made: 0.1 is 10 %. */
  readonly slowdown: number;
  readonly experiments: number;
}

export const rungs: readonly Rung[] = [
  { name: 'a-a', slowdown: 0, experiments: 20 },
  { name: 'slower-5', slowdown: 0.05, experiments: 8 },
  { name: 'slower-10', slowdown: 0.1, experiments: 8 },
  { name: 'slower-20', slowdown: 0.2, experiments: 8 },
];

export const pairs = 8;
/** Half of the smallest slowdown, so that its verdict does not hang on the margin. */
export const margin = 0.025;
const artifactBytes = 1_000_000;
/** One body takes two seconds. */
const bytesPerSecond = 500_000;

export function planRung({ name, slowdown }: Rung, number: number): ExperimentPlan {
  const settings = { delivery: 'streamed' } as const;
  return {
    name: `${name}-${number}`,
    question: `Is a store noticed that is ${Math.round(100 * slowdown)} % slower?`,
    hypothesis: '',
    before: { settings, stage: describeStage(0) },
    after: { settings, stage: describeStage(slowdown) },
    workload: { num_clients: 4, duration_seconds: 60, model_id: nameArtifact(artifactBytes) },
    artifactBytes,
    primary: 'goodput',
    margin,
    predicted: { direction: slowdown === 0 ? 'SAME' : 'WORSE', ratio: null, because: '' },
    guards: [],
    design: createFixedDesign(pairs),
    budgetMinutes: 2,
    arithmetic: { ratio: 1 / (1 + slowdown), because: 'the bandwidth of a connection is lower by that' },
    published: null,
  };
}

function describeStage(slowdown: number): Stage {
  return {
    first_byte_ms: 0,
    first_byte_jitter_ms: 0,
    bytes_per_second_per_connection: bytesPerSecond / (1 + slowdown),
    bytes_per_second_total: null,
    failure_rate: 0,
    seed: 1,
  };
}
