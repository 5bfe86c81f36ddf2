/**
 * How many of the lowest Walsh averages of n differences lie below an interval of at least this confidence (and as
 * many of the highest above it), by the exact distribution of Wilcoxon's signed-rank statistic without ties. Null when
 * n is too small for any such interval.
 */
export function findIntervalDepth(n: number, confidence: number): number | null {
  const mostTail = (1 - confidence) / 2;
  // A relative allowance: a tail such as 0.025 cannot be written exactly.
  const tooMuch = listTails(n).findIndex((tail) => tail > mostTail * (1 + 1e-9));
  return tooMuch === 0 ? null : tooMuch - 1;
}

/** The chance that the positive ranks of n differences add up to at most `sum`, when either sign is as likely. */
export function findTail(n: number, sum: number): number {
  return listTails(n)[sum] ?? 1;
}

/** Of the 2^n ways to give signs to the ranks 1 to n: how many have the positive ranks add up to the index. */
export function countRankSums(n: number): number[] {
  const most = (n * (n + 1)) / 2;
  const counts = new Array<number>(most + 1).fill(0);
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank += 1) {
    for (let sum = most; sum >= rank; sum -= 1) counts[sum] = (counts[sum] ?? 0) + (counts[sum - rank] ?? 0);
  }
  return counts;
}

const tails = new Map<number, Float64Array>();

/** Cumulative, by sum. Simulations ask for the same few again and again. */
function listTails(n: number): Float64Array {
  const known = tails.get(n);
  if (known) return known;
  let total = 0;
  const listed = Float64Array.from(countRankSums(n), (count) => {
    total += count;
    return total / 2 ** n;
  });
  tails.set(n, listed);
  return listed;
}
