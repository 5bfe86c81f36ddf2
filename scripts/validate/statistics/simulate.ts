import { stagedDesign } from '../../../bench/statistics/design.ts';
import { createDraw, type NoiseModel } from './noise-models.ts';
import type { Procedure } from './procedures.ts';

/** Experiments of one kind, as many as are asked for. */
export interface Cell {
  readonly model: NoiseModel;
  /** Of a round. */
  readonly sd: number;
  /** ln(after / before), as it truly is. */
  readonly effect: number;
  /** Whether a coin says which arm comes first in each pair. */
  readonly isRandomised: boolean;
}

export interface Tally {
  /** Shares of the experiments, 0 to 1. */
  readonly different: number;
  readonly covered: number;
  readonly meanPairs: number;
}

const mostPairs = stagedDesign.looks.at(-1) ?? 0;

/** Runs the cell's experiments by the procedure; the same seed gives the same tally. */
export function simulate(cell: Cell, decide: Procedure, experiments: number, seed: number): Tally {
  const draw = createDraw(seed);
  const rounds = new Float64Array(2 * mostPairs);
  const differences = new Float64Array(mostPairs);
  let [different, covered, pairs] = [0, 0, 0];
  for (let experiment = 0; experiment < experiments; experiment += 1) {
    cell.model.fill(rounds, cell.sd, draw);
    takeDifferences(cell, rounds, differences, draw.uniform);
    const decision = decide(differences, draw);
    if (decision.isDifferent) different += 1;
    if (decision.low <= cell.effect && cell.effect <= decision.high) covered += 1;
    pairs += decision.pairs;
  }
  return {
    different: different / experiments,
    covered: covered / experiments,
    meanPairs: pairs / experiments,
  };
}

function takeDifferences(
  { model, effect, isRandomised }: Cell,
  rounds: Float64Array,
  differences: Float64Array,
  uniform: () => number,
): void {
  const scale = model.afterScale ?? 1;
  for (let pair = 0; pair < differences.length; pair += 1) {
    const isAfterFirst = isRandomised && uniform() < 0.5;
    const first = rounds[2 * pair] ?? 0;
    const second = rounds[2 * pair + 1] ?? 0;
    const [before, after] = isAfterFirst ? [second, first] : [first, second];
    differences[pair] = effect + scale * after - before;
  }
}
