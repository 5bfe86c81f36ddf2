/**
 * The value of a metric in Prometheus' text format, of all workers together. Of its lines only those that have all of
 * `labels` count, each written as `name="value"`.
 * @throws {Error} when there is none.
 */
export function sumMetric(text: string, name: string, labels: readonly string[] = []): number {
  const values = text.split('\n').flatMap((line) => {
    const [, of, inBraces = '', value] = /^(\w+)(?:{(.*)})? (\S+)$/.exec(line) ?? [];
    const has = inBraces.split(',');
    return of === name && labels.every((label) => has.includes(label)) ? [Number(value)] : [];
  });
  if (values.length === 0) {
    throw new Error(`/metrics has no ${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`}.`);
  }
  return values.reduce((sum, value) => sum + value, 0);
}
