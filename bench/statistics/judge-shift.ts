import type { Design } from './design.ts';
import type { PairedShift } from './walsh-estimate.ts';

export interface ShiftVerdict {
  readonly value: 'BETTER' | 'WORSE' | 'SAME' | 'INCONCLUSIVE';
  /** SAME, although the interval excludes 1: there is a difference, and it is below the margin. */
  readonly isDetectable: boolean;
}

/**
 * The verdict on logarithms of ratios at one look. `margin` is the smallest ratio that matters, less 1, such as 0.05;
 * SAME takes precedence.
 */
export function judgeShift(
  shift: PairedShift,
  { confidence, sameConfidence }: Pick<Design, 'confidence' | 'sameConfidence'>,
  { margin, better }: { readonly margin: number; readonly better: 'higher' | 'lower' },
): ShiftVerdict {
  const most = Math.log1p(margin);
  const { low, high } = shift.interval(confidence);
  const isDetectable = low > 0 || high < 0;
  const same = shift.interval(sameConfidence);
  if (same.low > -most && same.high < most) return { value: 'SAME', isDetectable };
  if (!isDetectable || Math.abs(shift.estimate) < most) return { value: 'INCONCLUSIVE', isDetectable: false };
  return { value: shift.estimate > 0 === (better === 'higher') ? 'BETTER' : 'WORSE', isDetectable: false };
}
