const factors = [1, 2, 5, 10] as const;

/**
 * Round numbers from 0 up to the first that is not below the greatest value, in at most `most` steps: so the greatest always
 * lies between two of them. Of counts there are only whole ones.
 */
export function chooseTicks(greatest: number, most: number, isCount = false): number[] {
  const least = Math.max(greatest > 0 ? greatest : 1, isCount ? 1 : 0) / Math.max(most, 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = factors.find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  const step = Math.max(factor * power, isCount ? 1 : 0);
  const count = Math.max(1, Math.ceil((greatest / step) * (1 - 1e-9)));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
