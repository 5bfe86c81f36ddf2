/**
 * How long the sender of an answer asks to stay away, in milliseconds: `Retry-After` in seconds or as a date, else
 * the seconds until the hub's rate limit starts anew (`RateLimit: "api";r=0;t=55`). Null when it does not say.
 */
export function readRetryAfterMs(headers: Headers): number | null {
  const retryAfter = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const dateMs = retryAfter.endsWith('GMT') ? Date.parse(retryAfter) : Number.NaN;
  if (!Number.isNaN(dateMs)) return Math.max(0, dateMs - Date.now());
  const reset = headers.get('ratelimit')?.match(/\br=0\b.*?\bt=(\d{1,9})\b/);
  return reset ? Number(reset[1]) * 1_000 : null;
}

/** Exponential, half of it by chance, so that workers that failed together do not come back together. */
export function chooseBackoffMs(failures: number, firstMs: number): number {
  const fullMs = Math.min(longestBackoffMs, firstMs * 2 ** (failures - 1));
  return fullMs / 2 + (Math.random() * fullMs) / 2;
}

const longestBackoffMs = 30_000;
