import type { IncomingHttpHeaders } from 'node:http';
import { namesTag } from './entity-tags.ts';
import { parseHttpDate } from './parse-http-date.ts';

export type PreconditionOutcome = 'proceed' | 'not_modified' | 'failed';

export interface Validators {
  /** Strong. */
  readonly etag: string;
  /** Milliseconds since 1970, in whole seconds, which is all that a header can say. */
  readonly lastModifiedMs: number;
}

/** RFC 9110, section 13.2.2, for a GET or HEAD of something that exists; a date that is none is no condition. */
export function evaluatePreconditions(
  headers: IncomingHttpHeaders,
  { etag, lastModifiedMs }: Validators,
): PreconditionOutcome {
  if (findFailedCondition(headers, { etag, lastModifiedMs })) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  const isKnown =
    ifNoneMatch === undefined
      ? lastModifiedMs <= readDate(headers['if-modified-since'], Number.NEGATIVE_INFINITY)
      : namesTag(ifNoneMatch, etag, 'weak');
  return isKnown ? 'not_modified' : 'proceed';
}

/**
 * The first two steps, which are the same for every method: `If-Match`, and where it is absent `If-Unmodified-Since`.
 * Null when they hold; the date is no condition of what does not exist, which null stands for.
 */
export function findFailedCondition(
  headers: IncomingHttpHeaders,
  current: Validators | null,
): 'If-Match' | 'If-Unmodified-Since' | null {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    return current && namesTag(ifMatch, current.etag, 'strong') ? null : 'If-Match';
  }
  const sinceMs = readDate(headers['if-unmodified-since'], Number.POSITIVE_INFINITY);
  return current && current.lastModifiedMs > sinceMs ? 'If-Unmodified-Since' : null;
}

function readDate(header: string | undefined, otherwise: number): number {
  return (header === undefined ? null : parseHttpDate(header)) ?? otherwise;
}
