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
 * The slope of a + b·ln(t) + c·t, which is c, by least squares, with its error: what settles, such as compiled code, grows by
 * ever less, about as much whenever the age of a process has doubled, and only what grows without end is left to c.
 * Neighbouring readings of memory are alike, so that they say less than as many independent ones would: the error is
 * widened by what the residuals have in common with the ones before them, as for a first-order autoregression. Ages
 * above 0; null for too few points.
 */
export function fitSlope(points: readonly (readonly [ageSeconds: number, value: number])[]): Slope | null {
  if (points.length < leastPoints) return null;
  const settling = points.map(([age]) => Math.log(age));
  const ages = takeOut(
    points.map(([age]) => age),
    settling,
  );
  const values = takeOut(
    points.map(([, value]) => value),
    settling,
  );
  const squares = multiply(ages, ages);
  const perSecond = multiply(ages, values) / squares;
  const residuals = values.map((value, index) => value - perSecond * (ages[index] ?? 0));
  const residualSquares = multiply(residuals, residuals);
  const products = multiply(residuals.slice(1), residuals.slice(0, -1));
  const likeness = residualSquares === 0 ? 0 : Math.min(Math.max(products / residualSquares, 0), 0.99);
  const widening = Math.sqrt((1 + likeness) / (1 - likeness));
  const standardError = Math.sqrt(residualSquares / (points.length - 3) / squares) * widening;
  const margin = standardErrors * standardError;
  return { perSecond, low: perSecond - margin, high: perSecond + margin };
}

/** What is left of figures by the line through them over others: regressing it gives what both together would. */
function takeOut(figures: readonly number[], others: readonly number[]): number[] {
  const [meanFigure, meanOther] = [mean(figures), mean(others)];
  const centred = figures.map((figure) => figure - meanFigure);
  const centredOthers = others.map((other) => other - meanOther);
  const slope = multiply(centred, centredOthers) / multiply(centredOthers, centredOthers);
  return centred.map((figure, index) => figure - slope * (centredOthers[index] ?? 0));
}

function multiply(ones: readonly number[], others: readonly number[]): number {
  return ones.reduce((total, one, index) => total + one * (others[index] ?? 0), 0);
}

function mean(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0) / figures.length;
}
