import { createRandom } from '../../../bench/engine/plan-requests.ts';

/** Measures every arm once a round, one after the other, each round in an order of its own that the seed draws. */
export async function runRounds<Arm extends string, Result>(
  rounds: number,
  seed: number,
  arms: Readonly<Record<Arm, () => Promise<Result>>>,
  onRound: (round: Readonly<Record<Arm, Result>>, number: number) => void,
): Promise<Readonly<Record<Arm, Result>>[]> {
  const measured: Record<Arm, Result>[] = [];
  for (let number = 1; number <= rounds; number += 1) {
    const round: Partial<Record<Arm, Result>> = {};
    for (const arm of drawArms(Object.keys(arms) as Arm[], seed, number)) round[arm] = await arms[arm]();
    measured.push(round as Record<Arm, Result>);
    onRound(round as Record<Arm, Result>, number);
  }
  return measured;
}

/** Fisher and Yates' shuffle. */
function drawArms<Arm>(arms: readonly Arm[], seed: number, round: number): Arm[] {
  const random = createRandom(seed, round);
  const left = [...arms];
  return arms.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
