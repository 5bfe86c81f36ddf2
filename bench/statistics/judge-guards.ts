import type { Design } from './design.ts';
import type { PairedShift } from './walsh-estimate.ts';

/** What must not get worse, as the pairs of one report show it. */
export interface Guard {
  /** Logarithms of ratios; null where nothing was measured. */
  readonly shift: PairedShift | null;
  readonly margin: number;
  readonly better: 'higher' | 'lower';
}

export type GuardVerdict = 'OK' | 'REGRESSED' | 'UNPROVEN';

/**
 * REGRESSED: worse, surely (its interval excludes 1) and by the margin or more. OK: surely not worse by the margin. Else UNPROVEN. The claims of
 * one report share their error by Holm (1979), those of each kind together. REGRESSED is claimed in one direction alone,
 * so it has the error of both: halved, eight pairs could never tell it of three guards.
 */
export function judgeGuards(
  guards: readonly Guard[],
  { confidence, sameConfidence }: Pick<Design, 'confidence' | 'sameConfidence'>,
): GuardVerdict[] {
  const losses = guards.map(({ shift, margin, better }) => {
    if (shift === null) return { worse: 1, fine: 1, isSureAndGreat: false };
    const most = Math.log1p(margin);
    const { low, high } = shift.interval(confidence);
    return better === 'higher'
      ? {
          worse: shift.findPBelow(0),
          fine: shift.findPAbove(-most),
          isSureAndGreat: high < 0 && shift.estimate <= -most,
        }
      : {
          worse: shift.findPAbove(0),
          fine: shift.findPBelow(most),
          isSureAndGreat: low > 0 && shift.estimate >= most,
        };
  });
  const worse = rejectByHolm(
    losses.map((loss) => loss.worse),
    1 - confidence,
  );
  const fine = rejectByHolm(
    losses.map((loss) => loss.fine),
    (1 - sameConfidence) / 2,
  );
  return losses.map(({ isSureAndGreat }, index) => {
    if (worse[index] && isSureAndGreat) return 'REGRESSED';
    return fine[index] ? 'OK' : 'UNPROVEN';
  });
}

/** Which of several null hypotheses fall, when the chance that any true one does must stay below `alpha`. */
export function rejectByHolm(ps: readonly number[], alpha: number): boolean[] {
  const order = [...ps.keys()].sort((one, other) => (ps[one] ?? 1) - (ps[other] ?? 1));
  const rejected = new Array<boolean>(ps.length).fill(false);
  for (const [rank, index] of order.entries()) {
    if ((ps[index] ?? 1) > (alpha / (ps.length - rank)) * (1 + 1e-9)) break;
    rejected[index] = true;
  }
  return rejected;
}
