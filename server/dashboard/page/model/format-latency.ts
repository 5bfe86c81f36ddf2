import { formatMs, isAtLeast, type LatencyStatistic, markAtLeast } from '../../../../bench/presentation.ts';
import type { Metrics } from '../../../../contract/run.ts';

/** `1.20 s`, or `≥ 15.00 s` where requests that were cut off make it a lower bound. */
export function formatLatency(latency: Metrics['latency'], statistic: LatencyStatistic): string {
  return markAtLeast(formatMs(latency[`${statistic}_ms`]), isAtLeast(latency, statistic));
}
