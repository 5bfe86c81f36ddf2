import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from '../registry/stores.ts';

/** `If-None-Match` is not among them: with a tag that is not ours it asks for the bytes, or names the store's own. */
const conditions = ['if-match', 'if-range', 'if-modified-since', 'if-unmodified-since'] as const;
const plainRange = /^bytes=(\d{1,15}-\d{0,15}|-\d{1,15})$/;

/**
 * Whether a store to which the client is sent would understand its request otherwise than we do: it knows neither
 * our entity tags nor our dates, and servers differ on all but the plainest ranges.
 */
export function mustAnswerHere(headers: IncomingHttpHeaders, range: ByteRange | null): boolean {
  if (conditions.some((name) => headers[name] !== undefined)) return true;
  if (headers.range === undefined) return false;
  // Some answer 416 to a suffix that is longer than the artifact.
  const isLongSuffix = range?.start === 0 && headers.range.startsWith('bytes=-');
  return range === null || isLongSuffix || !plainRange.test(headers.range);
}
