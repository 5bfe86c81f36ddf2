import { createRandom } from '../../../bench/engine/plan-requests.ts';

/** What may disturb rounds, as logarithms: the part of a round's figure that neither arm is to blame for. */
export interface NoiseModel {
  readonly name: string;
  /** Of the rounds in order of time; `sd` is that of a round. The second round of each pair has an odd index. */
  readonly fill: (rounds: Float64Array, sd: number, draw: Draw) => void;
  /** How much more the rounds of the after arm scatter. */
  readonly afterScale?: number;
}

export interface Draw {
  readonly uniform: () => number;
  readonly normal: () => number;
}

const plain: NoiseModel['fill'] = (rounds, sd, { normal }) => {
  for (let index = 0; index < rounds.length; index += 1) rounds[index] = sd * normal();
};

export const noiseModels = [
  { name: 'normal', fill: plain },
  { name: 't3', fill: fillHeavyTails },
  { name: '10 % spikes', fill: fillSpikes },
  { name: 'AR .3', fill: fillAutoregressive(0.3) },
  { name: 'AR .7', fill: fillAutoregressive(0.7) },
  { name: '30 % drift', fill: addTrend((index, rounds) => Math.log(1.3) * (index / (rounds - 1))) },
  { name: 'unequal arms', fill: plain, afterScale: 3 },
  { name: '5 % position', fill: addTrend((index) => (index % 2 === 0 ? 0 : Math.log(0.95))) },
] as const satisfies readonly NoiseModel[];

/** Student's t with three degrees of freedom, scaled to the standard deviation. */
function fillHeavyTails(rounds: Float64Array, sd: number, { normal }: Draw): void {
  for (let index = 0; index < rounds.length; index += 1) {
    const square = normal() ** 2 + normal() ** 2 + normal() ** 2;
    rounds[index] = (sd * normal()) / Math.sqrt(square);
  }
}

/** One round in ten is slower by five standard deviations. */
function fillSpikes(rounds: Float64Array, sd: number, { normal, uniform }: Draw): void {
  for (let index = 0; index < rounds.length; index += 1) {
    rounds[index] = sd * (normal() - (uniform() < 0.1 ? 5 : 0));
  }
}

function fillAutoregressive(correlation: number): NoiseModel['fill'] {
  return (rounds, sd, { normal }) => {
    let last = normal();
    for (let index = 0; index < rounds.length; index += 1) {
      rounds[index] = sd * last;
      last = correlation * last + Math.sqrt(1 - correlation ** 2) * normal();
    }
  };
}

function addTrend(find: (index: number, rounds: number) => number): NoiseModel['fill'] {
  return (rounds, sd, draw) => {
    plain(rounds, sd, draw);
    for (let index = 0; index < rounds.length; index += 1) {
      rounds[index] = (rounds[index] ?? 0) + find(index, rounds.length);
    }
  };
}

/** Uniform and normal numbers of one stream; normal ones by Box and Muller. */
export function createDraw(seed: number): Draw {
  const uniform = createRandom(seed, 0);
  let spare = Number.NaN;
  return {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const kept = spare;
        spare = Number.NaN;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}
