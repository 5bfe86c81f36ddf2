/**
 * What a threshold may be held against, in k6's kinds: a trend has `avg min med max p(N)` in milliseconds, a rate has
 * `rate` from 0 to 1, a counter has `count` and `rate` per second, a gauge has `value`.
 */
export const thresholdMetrics = {
  /** Latency of successes and timeouts, connecting included. */
  http_req_duration: 'trend',
  /** From the request's start to the first byte of its answer. */
  http_req_waiting: 'trend',
  http_req_connecting: 'trend',
  /** From when the request was due; in the closed model the same as `http_req_duration`. */
  response_time: 'trend',
  /** Neither a success nor throttled, of those that came to their end: as in k6, interrupted requests are apart. */
  http_req_failed: 'rate',
  /** The scenario's own header checks. */
  checks: 'rate',
  http_reqs: 'counter',
  /** Requests that came to their end: all but the interrupted. */
  iterations: 'counter',
  /** Never started: nobody was free for them, or the longest duration was over. */
  dropped_iterations: 'counter',
  /** Answers 429 or 503 with `Retry-After`. */
  throttled: 'counter',
  /** Bytes on the wire, heads included. */
  data_received: 'counter',
  /** Bytes of bodies that arrived whole and right. */
  goodput: 'counter',
  /** Percent, 0 to 100, as the two below. */
  success_rate: 'gauge',
  error_rate: 'gauge',
  /** Successes per second. */
  requests_per_second: 'gauge',
  /** The same as the rate of `goodput`. */
  bytes_per_second: 'gauge',
} as const;

export type ThresholdMetric = keyof typeof thresholdMetrics;
export type MetricKind = (typeof thresholdMetrics)[ThresholdMetric];

/** As k6 has them; `p(N)` stands for any N from 0 to 100. */
export const statisticsByKind = {
  trend: ['avg', 'min', 'med', 'max', 'p(N)'],
  rate: ['rate'],
  counter: ['count', 'rate'],
  gauge: ['value'],
} as const satisfies Readonly<Record<MetricKind, readonly string[]>>;

export function isThresholdMetric(name: string): name is ThresholdMetric {
  return Object.hasOwn(thresholdMetrics, name);
}
