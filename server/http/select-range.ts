import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange } from '../registry/stores.ts';

/** What a request asks for: a `ByteRange`, everything, or a range beyond the end. */
export type Selection = ByteRange | 'whole' | 'unsatisfiable';

const spec = '(?:\\d+-\\d*|-\\d+)';
const bytesRanges = new RegExp(`^bytes=(?:${spec}[ \\t]*)?(?:,[ \\t]*(?:${spec}[ \\t]*)?)*$`, 'i');

/**
 * RFC 9110, section 14. A header that is not valid, that names several ranges or that is conditional on another state
 * (`If-Range`) asks for everything; ranges mean nothing for methods other than GET.
 */
export function selectRange(
  method: string,
  headers: IncomingHttpHeaders,
  { etag, sizeBytes }: { etag: string; sizeBytes: number },
): Selection {
  const { range: header, 'if-range': ifRange } = headers;
  if (method !== 'GET' || header === undefined) return 'whole';
  // Strong comparison; a date never matches, for a second may see two states.
  if (ifRange !== undefined && ifRange !== etag) return 'whole';

  const ranges = parseRanges(header);
  // Of nothing there is no part that Content-Range could name.
  if (ranges === null || sizeBytes === 0) return 'whole';
  const located = ranges.map((range) => locate(range, sizeBytes)).filter((range) => range !== null);
  if (located.length === 0) return 'unsatisfiable';
  return (ranges.length === 1 ? located[0] : undefined) ?? 'whole';
}

/** As they were written: numbers may be larger than any artifact, and larger than a Number can tell apart. */
type WrittenRange =
  | { readonly kind: 'from'; readonly first: bigint; readonly last: bigint | null }
  | { readonly kind: 'last'; readonly count: bigint };

/** Null when the header is not valid, as one range that ends before it starts makes it. */
function parseRanges(header: string): readonly WrittenRange[] | null {
  if (!bytesRanges.test(header)) return null;
  const ranges = [...header.matchAll(/(\d*)-(\d*)/g)].map(([, first, last]) =>
    readRange(first ?? '', last ?? ''),
  );
  const isValid = ranges.every(
    (range) => range.kind === 'last' || range.last === null || range.first <= range.last,
  );
  return ranges.length > 0 && isValid ? ranges : null;
}

function readRange(first: string, last: string): WrittenRange {
  if (first === '') return { kind: 'last', count: BigInt(last) };
  return { kind: 'from', first: BigInt(first), last: last === '' ? null : BigInt(last) };
}

/** Null when none of its bytes exists. */
function locate(range: WrittenRange, sizeBytes: number): ByteRange | null {
  const end = sizeBytes - 1;
  if (range.kind === 'last') {
    return range.count === 0n ? null : { start: Math.max(0, sizeBytes - Number(range.count)), end };
  }
  if (range.first > end) return null;
  return { start: Number(range.first), end: range.last === null ? end : Math.min(end, Number(range.last)) };
}
