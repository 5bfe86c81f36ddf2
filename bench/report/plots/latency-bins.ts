import { chooseNiceStep } from '../../metrics/nice-step.ts';

export interface LatencyBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly ok: number;
  readonly timedOut: number;
}

export interface LatencySample {
  readonly latencyMs: number;
  readonly timedOut: boolean;
}

const binsPerDecade = 10;

/** Bins of equal width from zero, in steps that an axis would count in; more of them the more samples there are. */
export function binLinearly(samples: readonly LatencySample[]): LatencyBin[] {
  const largest = Math.max(...samples.map(({ latencyMs }) => latencyMs), 1e-3);
  const widthMs = chooseNiceStep(largest / chooseMostBins(samples.length));
  const edges = Array.from({ length: Math.floor(largest / widthMs) + 2 }, (_, index) => index * widthMs);
  return fillBins(edges, samples);
}

/** Ten bins a decade, from the first to the last that holds a sample. What is below a microsecond counts as one. */
export function binLogarithmically(samples: readonly LatencySample[]): LatencyBin[] {
  const positive = samples.map((sample) => ({ ...sample, latencyMs: Math.max(sample.latencyMs, 1e-3) }));
  const indexes = positive.map(({ latencyMs }) => Math.floor(Math.log10(latencyMs) * binsPerDecade));
  const first = Math.min(...indexes);
  const edges = Array.from(
    { length: Math.max(...indexes) - first + 2 },
    (_, index) => 10 ** ((first + index) / binsPerDecade),
  );
  return fillBins(edges, positive);
}

/** At most so many; rounding the width up to a nice step leaves between two fifths of it and all. */
function chooseMostBins(samples: number): number {
  return Math.min(60, Math.max(12, 4 * Math.sqrt(samples)));
}

function fillBins(edges: readonly number[], samples: readonly LatencySample[]): LatencyBin[] {
  return edges.slice(0, -1).map((fromMs, index) => {
    const toMs = edges[index + 1] ?? fromMs;
    const isLast = index === edges.length - 2;
    const within = samples.filter(
      ({ latencyMs }) => (latencyMs >= fromMs || index === 0) && (latencyMs < toMs || isLast),
    );
    const timedOut = within.filter((sample) => sample.timedOut).length;
    return { fromMs, toMs, ok: within.length - timedOut, timedOut };
  });
}
