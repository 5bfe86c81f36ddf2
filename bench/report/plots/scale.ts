import { chooseNiceStep } from '../../metrics/nice-step.ts';

/** From a value to a coordinate, with the values worth a tick. */
export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

type Range = readonly [from: number, to: number];

/** From zero to a round number not below `largest`, with about `ticks` steps between. */
export function createLinearScale(largest: number, range: Range, ticks: number, leastStep = 0): Scale {
  const span = largest > 0 ? largest : 1;
  const step = Math.max(chooseNiceStep(span / ticks), leastStep);
  const steps = Math.ceil(span / step - 1e-9);
  return {
    place: interpolate(0, step * steps, range),
    ticks: Array.from({ length: steps + 1 }, (_, index) => index * step),
  };
}

/** From zero to exactly `largest`; the last tick may lie before the end. */
export function createTimeScale(largest: number, range: Range, ticks: number): Scale {
  const step = chooseNiceStep((largest > 0 ? largest : 1) / ticks);
  const steps = Math.floor(largest / step + 1e-9);
  return {
    place: interpolate(0, largest, range),
    ticks: Array.from({ length: steps + 1 }, (_, index) => index * step),
  };
}

/** Between two positive values; ticks at 1, 2 and 5 times the powers of ten, at the powers alone when that is many. */
export function createLogScale(least: number, largest: number, range: Range): Scale {
  const place = interpolate(Math.log10(least), Math.log10(largest), range);
  const factors = largest / least > 2_000 ? [1] : [1, 2, 5];
  const powers = Array.from(
    { length: Math.ceil(Math.log10(largest)) - Math.floor(Math.log10(least)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(least)) + index),
  );
  return {
    place: (value) => place(Math.log10(value)),
    ticks: powers
      .flatMap((power) => factors.map((factor) => factor * power))
      .filter((value) => value >= least && value <= largest),
  };
}

function interpolate(least: number, largest: number, [from, to]: Range): (value: number) => number {
  return (value) => (largest === least ? from : from + ((value - least) / (largest - least)) * (to - from));
}
