import { type GuardResult, isKilled } from './try-guards.ts';

/** A table of all guards, below it what is wrong with those that no test misses, and the sum. */
export function describeResults(results: readonly GuardResult[], staleCount: number): string {
  const widths = [
    Math.max(0, ...results.map(({ guard }) => guard.name.length)),
    Math.max(0, ...results.map(({ fate }) => fate.length)),
  ] as const;
  const killed = results.filter(isKilled).length;
  const skipped = results.filter(({ fate }) => fate === 'skipped').length;
  return [
    ...results.map(
      ({ guard, fate, seconds }) =>
        `${guard.name.padEnd(widths[0])}  ${fate.padEnd(widths[1])}  ${seconds.toFixed(1).padStart(5)} s  ${guard.promise}`,
    ),
    ...results.flatMap(({ guard, fate, details }) =>
      details === null ? [] : [`${fate}: ${guard.name}, ${guard.testPath}: ${details}`],
    ),
    [
      `${killed} of ${results.length + staleCount} guards: their test fails when they are gone`,
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...(staleCount > 0 ? [`${staleCount} patches to renew`] : []),
    ].join(', '),
  ].join('\n');
}
