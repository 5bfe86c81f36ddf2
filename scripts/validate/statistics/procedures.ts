import { createFixedDesign, type Design, fewestPairs, stagedDesign } from '../../../bench/statistics/design.ts';
import { judgeShift } from '../../../bench/statistics/judge-shift.ts';
import { analysePairs, type Interval } from '../../../bench/statistics/walsh-estimate.ts';
import type { Draw } from './noise-models.ts';

/** What an experiment ended with. */
export interface Decision extends Interval {
  /** BETTER or WORSE was said. */
  readonly isDifferent: boolean;
  readonly pairs: number;
}

/** A way to come from the differences of up to 24 pairs, in order of time, to a verdict. */
export type Procedure = (differences: Float64Array, draw: Draw) => Decision;

export const fixedPairs = 8;

/** As experiments decide: the code under test. A margin of 0 takes away what the margin adds to its caution. */
export function decideBy(design: Design, margin: number): Procedure {
  return (differences) => {
    for (const look of design.looks) {
      const shift = analysePairs(differences.subarray(0, look));
      const { value } = judgeShift(shift, design, { margin, better: 'higher' });
      if (value === 'INCONCLUSIVE' && look !== design.looks.at(-1)) continue;
      const isDifferent = value === 'BETTER' || value === 'WORSE';
      return { ...shift.interval(design.confidence), isDifferent, pairs: look };
    }
    throw new Error('A design without looks decides nothing.');
  };
}

/** Mutant: looks after each pair from the sixth on, each time by the 95 % interval. */
export function decideByPeeking(): Procedure {
  const most = stagedDesign.looks.at(-1) ?? fewestPairs;
  const looks = Array.from({ length: most - fewestPairs + 1 }, (_, index) => fewestPairs + index);
  return decideBy({ ...createFixedDesign(most), looks }, 0);
}

const resamples = 400;

/** Mutant: the 95 % percentile bootstrap of the mean. */
export function decideByBootstrap(): Procedure {
  const means = new Float64Array(resamples);
  return (differences, { uniform }) => {
    for (let sample = 0; sample < resamples; sample += 1) {
      let sum = 0;
      for (let pair = 0; pair < fixedPairs; pair += 1) {
        sum += differences[Math.floor(uniform() * fixedPairs)] ?? 0;
      }
      means[sample] = sum / fixedPairs;
    }
    means.sort();
    const low = means[Math.floor(0.025 * resamples)] ?? Number.NaN;
    const high = means[Math.ceil(0.975 * resamples) - 1] ?? Number.NaN;
    return { low, high, isDifferent: low > 0 || high < 0, pairs: fixedPairs };
  };
}

/** Mutant: also asks that the estimate be beyond the greatest difference of eight pairs without one, as just measured. */
export function decideByGate(margin: number, sd: number): Procedure {
  const decide = decideBy(createFixedDesign(fixedPairs), margin);
  return (differences, draw) => {
    const decision = decide(differences, draw);
    let gate = 0;
    for (let pair = 0; pair < fixedPairs; pair += 1) {
      gate = Math.max(gate, Math.abs(sd * (draw.normal() - draw.normal())));
    }
    const { estimate } = analysePairs(differences.subarray(0, fixedPairs));
    return { ...decision, isDifferent: decision.isDifferent && Math.abs(estimate) > gate };
  };
}
