/** The smallest of 1, 2 and 5 times a power of ten that is not below `least`: what axes and intervals count in. */
export function chooseNiceStep(least: number): number {
  const exponent = Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((candidate) => scale(candidate, exponent) >= least);
  return factor === undefined ? scale(1, exponent + 1) : scale(factor, exponent);
}

/** Divides for negative exponents: 2 / 10 is 0.2, while 2 * 0.1 need not be. */
function scale(factor: number, exponent: number): number {
  return exponent < 0 ? factor / 10 ** -exponent : factor * 10 ** exponent;
}
