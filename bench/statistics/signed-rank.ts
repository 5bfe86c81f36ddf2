/**
 * How many of the lowest Walsh averages of n differences lie below an interval of at least this confidence (and as
 * many of the highest above it), by the exact distribution of Wilcoxon's signed-rank statistic without ties. Null when
 * n is too small for any such interval.
 */
export function findIntervalDepth(n: number, confidence: number): number | null {
  const mostTail = ((1 - confidence) / 2) * 2 ** n;
  let tail = 0;
  let depth: number | null = null;
  for (const [sum, count] of countRankSums(n).entries()) {
    tail += count;
    // A relative allowance: a tail such as 0.025 cannot be written exactly.
    if (tail > mostTail * (1 + 1e-9)) break;
    depth = sum;
  }
  return depth;
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
