import { measureOthers } from './measure-others.ts';

/** The share from which a run is called disturbed. */
const mostOthers = 0.05;
const mostRepeats = 16;

/**
 * Has a measurement made anew when other programs took more than 5 % of the machine meanwhile, whatever it found.
 * @throws {Error} when the machine does not become quiet.
 */
export function repeatDisturbed<Result>(
  measure: (pair: number) => Promise<Result>,
  say: (text: string) => void,
): (pair: number) => Promise<Result> {
  let repeats = 0;
  return async (pair) => {
    for (;;) {
      const readOthers = measureOthers();
      const result = await measure(pair);
      const others = readOthers();
      if (others <= mostOthers) return result;
      repeats += 1;
      if (repeats > mostRepeats)
        throw new Error('The machine is too busy: other programs disturbed every attempt.');
      say(`disturbed: other programs took ${(100 * others).toFixed(0)} % of the machine; once more`);
    }
  };
}
