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

/** Round numbers between two values, at most so many: of a scale by ratio 1, 2 and 5 of the powers of ten. */
export function chooseTicksBetween(least: number, greatest: number, most: number, isLog: boolean): number[] {
  if (isLog) return thin(listRatios(least, greatest), most);
  const [, step = greatest] = chooseTicks(greatest - least, most);
  const first = Math.ceil(least / step);
  const count = Math.max(Math.floor(greatest / step) - first + 1, 0);
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function listRatios(least: number, greatest: number): number[] {
  const powers = Math.ceil(Math.log10(greatest / least)) + 1;
  const from = Math.floor(Math.log10(least));
  return Array.from({ length: powers + 1 }, (_, index) => from + index)
    .flatMap((power) => [1, 2, 5].map((factor) => Number((factor * 10 ** power).toPrecision(12))))
    .filter((tick) => tick >= least && tick <= greatest);
}

function thin(ticks: readonly number[], most: number): number[] {
  const step = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % step === 0);
}
