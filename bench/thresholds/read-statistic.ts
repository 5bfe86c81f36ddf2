import type { CounterReading, MetricReadings, RateReading, TrendReading } from './metric-readings.ts';
import type { Statistic, Threshold } from './parse-threshold.ts';

/** The figure that a threshold is about; null when there was no sample. */
export function readStatistic(
  readings: MetricReadings,
  { metric, statistic }: Pick<Threshold, 'metric' | 'statistic'>,
): number | null {
  const reading = readings[metric];
  if ('value' in reading) return reading.value;
  if ('hits' in reading) return readRate(reading);
  if ('count' in reading) return readCounter(reading, statistic);
  return readTrend(reading, statistic);
}

function readRate({ hits, total }: RateReading): number | null {
  return total === 0 ? null : hits / total;
}

function readCounter({ count, seconds }: CounterReading, { name }: Statistic): number | null {
  if (name === 'count') return count;
  return seconds > 0 ? count / seconds : null;
}

function readTrend(reading: TrendReading, statistic: Statistic): number | null {
  switch (statistic.name) {
    case 'p':
      return reading.readPercentileMs(statistic.percentile);
    case 'med':
      return reading.readPercentileMs(50);
    case 'min':
      return reading.minMs;
    case 'max':
      return reading.maxMs;
    default:
      return reading.meanMs;
  }
}
