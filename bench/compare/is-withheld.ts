import type { ExperimentMetric } from '../../contract/experiment.ts';

type Judged = Pick<ExperimentMetric, 'better' | 'is_at_least'>;
type Word = NonNullable<ExperimentMetric['verdict']>;

const kind: readonly Word[] = ['SAME', 'BETTER', 'OK'];
const unkind: readonly Word[] = ['SAME', 'WORSE', 'REGRESSED'];

/**
 * Whether a word says more than figures allow that requests were cut off in: such a figure may truly be greater, so what
 * makes it out to be no more than the other side's is not known.
 */
export function isWithheld(verdict: Word, { better, is_at_least: { before, after } }: Judged): boolean {
  const [notLess, notMore] = better === 'higher' ? [kind, unkind] : [unkind, kind];
  return (before && notLess.includes(verdict)) || (after && notMore.includes(verdict));
}
