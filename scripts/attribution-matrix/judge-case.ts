import type { Attribution } from '../../contract/attribution.ts';
import type { MatrixCase } from './cases.ts';

/** What one run's report said, as the matrix keeps it. */
export interface MatrixRun {
  readonly verdict: Attribution['verdict'];
  readonly suspects: readonly string[];
  readonly reason: string;
  readonly report_verdict: string;
  readonly unexplained_median_share: number;
  /** Milliseconds of each part that took any: on average under load, and of one request alone. */
  readonly parts: Readonly<Record<string, readonly [mean: number, alone: number | null]>>;
}

export type Judgement = 'right' | 'unknown' | 'wrong';

/** Right is who accuses exactly whom it has to; of two causes neither one alone nor a third. */
export function judgeRun(
  { expected }: Pick<MatrixCase, 'expected'>,
  { verdict, suspects }: MatrixRun,
): Judgement {
  if (verdict === 'unknown') return 'unknown';
  const isSame = suspects.length === expected.length && expected.every((one) => suspects.includes(one));
  return isSame ? 'right' : 'wrong';
}
