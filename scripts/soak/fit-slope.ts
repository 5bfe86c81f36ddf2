export interface Slope {
  /** Change a second. */
  readonly perSecond: number;
  /** The change lies between these in 99 of 100 cases. */
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution: 99 % lie within so many standard errors. */
const standardErrors = 2.576;
/** With fewer points nothing can be said of noise. */
const leastPoints = 30;

/**
 * The line through points by least squares, with the error of its slope. Neighbouring readings of memory are alike, so
 * that they say less than as many independent ones would: the error is widened by what the residuals have in common with
 * the ones before them, as for a first-order autoregression. Null for too few points.
 */
export function fitSlope(points: readonly (readonly [atSeconds: number, value: number])[]): Slope | null {
  if (points.length < leastPoints) return null;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const squares = sum(points.map(([x]) => (x - meanX) ** 2));
  const perSecond = sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / squares;
  const residuals = points.map(([x, y]) => y - meanY - perSecond * (x - meanX));
  const residualSquares = sum(residuals.map((residual) => residual ** 2));
  const products = sum(residuals.slice(1).map((residual, index) => residual * (residuals[index] ?? 0)));
  const likeness = residualSquares === 0 ? 0 : Math.min(Math.max(products / residualSquares, 0), 0.99);
  const widening = Math.sqrt((1 + likeness) / (1 - likeness));
  const standardError = Math.sqrt(residualSquares / (points.length - 2) / squares) * widening;
  const margin = standardErrors * standardError;
  return { perSecond, low: perSecond - margin, high: perSecond + margin };
}

function mean(figures: readonly number[]): number {
  return sum(figures) / figures.length;
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
