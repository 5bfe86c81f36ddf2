/** What an expression in a list of thresholds begins with: a metric, or a statistic of latencies; empty when neither. */
export function readListedMetric(expression: string): string {
  return /^\s*([A-Za-z_]*)/.exec(expression)?.[1] ?? '';
}
