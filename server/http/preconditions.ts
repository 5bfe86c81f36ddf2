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
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch !== undefined) {
    if (!namesTag(ifMatch, etag, 'strong')) return 'failed';
  } else if (lastModifiedMs > readDate(headers['if-unmodified-since'], Number.POSITIVE_INFINITY)) {
    return 'failed';
  }
  const isKnown =
    ifNoneMatch === undefined
      ? lastModifiedMs <= readDate(headers['if-modified-since'], Number.NEGATIVE_INFINITY)
      : namesTag(ifNoneMatch, etag, 'weak');
  return isKnown ? 'not_modified' : 'proceed';
}

function readDate(header: string | undefined, otherwise: number): number {
  return (header === undefined ? null : parseHttpDate(header)) ?? otherwise;
}
