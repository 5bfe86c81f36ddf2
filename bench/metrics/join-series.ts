/** Amounts by interval, counted from a start of its own. */
export interface SeriesPart {
  readonly intervalMs: number;
  readonly amounts: readonly number[];
  readonly offsetMs: number;
}

/**
 * The series of several runners as one, in the longest of their intervals. Each interval goes whole into the one that its
 * beginning lies in, so that sums stay exact; what moves by that is less than an interval.
 */
export function joinSeries(parts: readonly SeriesPart[]): { intervalMs: number; amounts: number[] } {
  const intervalMs = Math.max(...parts.map((part) => part.intervalMs));
  const amounts: number[] = [];
  for (const part of parts) {
    for (const [index, amount] of part.amounts.entries()) {
      const at = Math.floor((index * part.intervalMs + part.offsetMs) / intervalMs);
      while (amounts.length <= at) amounts.push(0);
      amounts[at] = (amounts[at] ?? 0) + amount;
    }
  }
  return { intervalMs, amounts };
}
