import type { ThresholdMetric, thresholdMetrics } from './threshold-metrics.ts';

export interface TrendReading {
  readonly meanMs: number | null;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  /** Nearest rank; of a histogram, to three digits. */
  readPercentileMs(percentile: number): number | null;
}

export interface RateReading {
  readonly hits: number;
  readonly total: number;
}

export interface CounterReading {
  readonly count: number;
  readonly seconds: number;
}

export interface GaugeReading {
  readonly value: number | null;
}

interface ReadingByKind {
  readonly trend: TrendReading;
  readonly rate: RateReading;
  readonly counter: CounterReading;
  readonly gauge: GaugeReading;
}

/** Every metric at one moment: at the end, or while the load goes on. */
export type MetricReadings = {
  readonly [Metric in ThresholdMetric]: ReadingByKind[(typeof thresholdMetrics)[Metric]];
};
