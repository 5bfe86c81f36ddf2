import type { Histogram } from 'hdr-histogram-js';
import type { LiveMetrics } from '../metrics/live-metrics.ts';
import type { MetricReadings, TrendReading } from './metric-readings.ts';

/** All metrics of a load that goes on, from its running totals: percentiles from histograms, to three digits. */
export function readLiveMetrics(live: LiveMetrics, elapsedSeconds: number): MetricReadings {
  const { ended, outcomes, verifiedBytes, wireBytes, droppedIterations, checks } = live;
  const { ok = 0, throttled = 0, interrupted = 0 } = outcomes;
  const seconds = elapsedSeconds;
  const failed = ended - ok - throttled;
  const percentage = (count: number) => (ended === 0 ? null : (100 * count) / ended);
  const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : null);
  return {
    http_req_duration: readTrend(live.latency),
    http_req_waiting: readTrend(live.firstByte),
    http_req_connecting: readTrend(live.connect),
    response_time: readTrend(live.responseTime),
    http_req_failed: { hits: failed - interrupted, total: ended - interrupted },
    checks: { hits: checks.passes, total: checks.passes + checks.fails },
    http_reqs: { count: ended, seconds },
    iterations: { count: ended - interrupted, seconds },
    dropped_iterations: { count: droppedIterations, seconds },
    throttled: { count: throttled, seconds },
    data_received: { count: wireBytes, seconds },
    goodput: { count: verifiedBytes, seconds },
    success_rate: { value: percentage(ok) },
    error_rate: { value: percentage(failed) },
    requests_per_second: { value: perSecond(ok) },
    bytes_per_second: { value: perSecond(verifiedBytes) },
  };
}

function readTrend(histogram: Histogram): TrendReading {
  const inMs = (microseconds: number) => (histogram.totalCount === 0 ? null : microseconds / 1_000);
  return {
    meanMs: inMs(histogram.mean),
    minMs: inMs(histogram.minNonZeroValue),
    maxMs: inMs(histogram.maxValue),
    readPercentileMs: (percentile) => inMs(histogram.getValueAtPercentile(percentile)),
  };
}
