const secondsPerUnit = { h: 3_600, m: 60, s: 1, ms: 0.001 } as const;
const wholeDuration = /^(?:\d+(?:\.\d+)?(?:ms|h|m|s))+$/;
const part = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;

/** A day. Timers count milliseconds up to 2^31: a longer one would fire at once. */
export const longestSeconds = 86_400;

/**
 * Seconds from k6's notation (`90s`, `1m30s`, `500ms`), null for anything else: a number without a unit would be taken
 * for milliseconds by those who know k6, and for seconds by others.
 */
export function parseDuration(value: unknown): number | null {
  if (typeof value !== 'string' || !wholeDuration.test(value)) return null;
  let seconds = 0;
  for (const [, amount, unit] of value.matchAll(part)) {
    seconds += Number(amount) * secondsPerUnit[unit as keyof typeof secondsPerUnit];
  }
  return seconds;
}
