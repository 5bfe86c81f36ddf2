import type { IncomingHttpHeaders } from 'node:http';
import parseRange from 'range-parser';
import type { ByteRange } from '../registry/stores.ts';

/** What a request asks for: a `ByteRange`, everything, or a range beyond the end. */
export type Selection = ByteRange | 'whole' | 'unsatisfiable';

/**
 * RFC 9110, section 14.2. A header that cannot be understood, that names several ranges or that is conditional on
 * another state (`If-Range`) asks for everything; ranges mean nothing for methods other than GET.
 */
export function selectRange(
  method: string,
  headers: IncomingHttpHeaders,
  { etag, sizeBytes }: { etag: string; sizeBytes: number },
): Selection {
  const header = headers.range;
  if (method !== 'GET' || header === undefined) return 'whole';
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== etag) return 'whole';

  const ranges = parseRange(sizeBytes, shortenSuffix(header, sizeBytes));
  if (ranges === -2) return 'whole';
  if (ranges === -1) return isBytes(header) ? 'unsatisfiable' : 'whole';
  const [range, ...others] = ranges;
  return range && others.length === 0 && ranges.type.toLowerCase() === 'bytes' ? range : 'whole';
}

function isBytes(header: string): boolean {
  return /^bytes=/i.test(header);
}

/** The last N bytes of a shorter artifact are all of it; range-parser calls them unsatisfiable. */
function shortenSuffix(header: string, sizeBytes: number): string {
  return header.replace(
    /^(bytes=\s*)-(\d+)\s*$/i,
    (_, start: string, count: string) => `${start}-${Math.min(Number(count), sizeBytes)}`,
  );
}
