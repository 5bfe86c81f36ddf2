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
const shortestMs = 1e-3;

/** Bins of equal width from zero, in steps that an axis would count in; more of them the more samples there are. */
export function binLinearly(samples: Iterable<LatencySample>): LatencyBin[] {
  const { largest, count } = measure(samples);
  const widthMs = chooseNiceStep(largest / chooseMostBins(count));
  const edges = Array.from({ length: Math.floor(largest / widthMs) + 2 }, (_, index) => index * widthMs);
  return fillBins(edges, samples);
}

/** Ten bins a decade, from the first to the last that holds a sample. What is below a microsecond counts as one. */
export function binLogarithmically(samples: Iterable<LatencySample>): LatencyBin[] {
  const { least, largest } = measure(samples);
  const first = Math.floor(Math.log10(least) * binsPerDecade);
  const last = Math.floor(Math.log10(largest) * binsPerDecade);
  const edges = Array.from({ length: last - first + 2 }, (_, index) => 10 ** ((first + index) / binsPerDecade));
  return fillBins(edges, samples);
}

function measure(samples: Iterable<LatencySample>): { least: number; largest: number; count: number } {
  let least = Number.POSITIVE_INFINITY;
  let largest = shortestMs;
  let count = 0;
  for (const { latencyMs } of samples) {
    least = Math.min(least, Math.max(latencyMs, shortestMs));
    largest = Math.max(largest, latencyMs);
    count += 1;
  }
  return { least, largest, count };
}

/** At most so many; rounding the width up to a nice step leaves between two fifths of it and all. */
function chooseMostBins(samples: number): number {
  return Math.min(60, Math.max(12, 4 * Math.sqrt(samples)));
}

/** How many samples lie between each two edges; what is outside counts to the first or last. */
export function fillBins(edges: readonly number[], samples: Iterable<LatencySample>): LatencyBin[] {
  const bins = edges.slice(0, -1).map((fromMs, index) => ({
    fromMs,
    toMs: edges[index + 1] ?? fromMs,
    ok: 0,
    timedOut: 0,
  }));
  for (const { latencyMs, timedOut } of samples) {
    const after = bins.findIndex(({ fromMs }) => latencyMs < fromMs);
    const bin = bins[after === -1 ? bins.length - 1 : Math.max(after - 1, 0)];
    if (bin) bin[timedOut ? 'timedOut' : 'ok'] += 1;
  }
  return bins;
}
