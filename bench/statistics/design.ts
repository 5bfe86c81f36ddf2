/** When an experiment is looked at, and how sure a verdict has to be then. Decided before the first round. */
export interface Design {
  /** Pairs after which a verdict may be given; it ends the experiment. */
  readonly looks: readonly number[];
  /** Of the interval that has to exclude 1 for BETTER or WORSE. */
  readonly confidence: number;
  /** Of the interval that has to lie within the margin for SAME: two one-sided tests at half of the rest each. */
  readonly sameConfidence: number;
}

/** Looks after 8, 16 and 24 pairs: wider intervals at each keep the error over all of them below 5 %. */
export const stagedDesign: Design = { looks: [8, 16, 24], confidence: 0.978, sameConfidence: 0.956 };

/** The fewest pairs whose 95 % interval has bounds. */
export const fewestPairs = 6;

/** The fewest that can tell of one of so many guards that it got worse, when all of them point that way. */
export function countPairsForGuards(guards: number): number {
  const { confidence } = createFixedDesign(fewestPairs);
  return Math.max(fewestPairs, Math.ceil(Math.log2(Math.max(1, guards) / (1 - confidence))));
}

/** One look, after all pairs. */
export function createFixedDesign(pairs: number): Design {
  return { looks: [pairs], confidence: 0.95, sameConfidence: 0.9 };
}
