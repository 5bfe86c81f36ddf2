import { createRandom } from '../../bench/engine/plan-requests.ts';

export interface Pair<One, Other> {
  readonly one: One;
  readonly other: Other;
}

/**
 * Runs two arms in pairs, one after the other; a seeded coin says which is first in each pair, so that nothing that
 * changes with time favours one of them.
 */
export async function interleave<One, Other>(
  count: number,
  seed: number,
  runOne: (pair: number) => Promise<One>,
  runOther: (pair: number) => Promise<Other>,
  onPair: (pair: Pair<One, Other>, number: number) => void,
): Promise<Pair<One, Other>[]> {
  const pairs: Pair<One, Other>[] = [];
  for (let number = 1; number <= count; number += 1) {
    const pair = await runPair(
      createRandom(seed, number)() < 0.5,
      () => runOne(number),
      () => runOther(number),
    );
    pairs.push(pair);
    onPair(pair, number);
  }
  return pairs;
}

async function runPair<One, Other>(
  isOneFirst: boolean,
  runOne: () => Promise<One>,
  runOther: () => Promise<Other>,
): Promise<Pair<One, Other>> {
  if (isOneFirst) {
    const one = await runOne();
    return { one, other: await runOther() };
  }
  const other = await runOther();
  return { one: await runOne(), other };
}
