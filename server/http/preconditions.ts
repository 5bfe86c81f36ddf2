import type { IncomingHttpHeaders } from 'node:http';

export type PreconditionOutcome = 'proceed' | 'not_modified' | 'failed';

/**
 * RFC 9110, section 13.2.2, for a GET or HEAD of something that exists. Artifacts have no modification date, so
 * conditions on dates are ignored, as the RFC asks.
 */
export function evaluatePreconditions(headers: IncomingHttpHeaders, etag: string): PreconditionOutcome {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !matches(ifMatch, etag)) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  // Weak comparison: a validator's strength does not count here.
  if (ifNoneMatch !== undefined && matches(ifNoneMatch.replaceAll('W/"', '"'), etag)) return 'not_modified';
  return 'proceed';
}

/** Strong comparison of a strong entity tag with a list of them, or with `*`. */
function matches(list: string, etag: string): boolean {
  if (list.trim() === '*') return true;
  return [...list.matchAll(/(?:W\/)?"[^"]*"/g)].some(([candidate]) => candidate === etag);
}
