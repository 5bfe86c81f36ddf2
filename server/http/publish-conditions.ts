import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '../domain-error.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import { describeValidators } from './artifact-headers.ts';
import { namesTag } from './entity-tags.ts';
import { parseHttpDate } from './parse-http-date.ts';

/**
 * `If-Match`, without it `If-Unmodified-Since`, and `If-None-Match` of a PUT: RFC 9110, section 13.2.2. A date that
 * is none is no condition; nor is any for what does not exist.
 * @throws {DomainError} `precondition_failed` when they do not hold for what is published, null for nothing.
 */
export function assertPublishConditions(headers: IncomingHttpHeaders, current: ModelRecord | null): void {
  const {
    'if-match': ifMatch,
    'if-none-match': ifNoneMatch,
    'if-unmodified-since': ifUnmodifiedSince,
  } = headers;
  const { etag, lastModifiedMs } = current ? describeValidators(current) : { etag: null, lastModifiedMs: 0 };
  if (ifMatch !== undefined && !(etag && namesTag(ifMatch, etag, 'strong'))) {
    const found = etag ? `the artifact is ${etag}` : 'there is no such version';
    throw new DomainError('precondition_failed', `If-Match does not hold: ${found}.`);
  }
  const sinceMs = ifUnmodifiedSince === undefined ? null : parseHttpDate(ifUnmodifiedSince);
  if (ifMatch === undefined && sinceMs !== null && lastModifiedMs > sinceMs) {
    const found = `the artifact was published ${new Date(lastModifiedMs).toUTCString()}`;
    throw new DomainError('precondition_failed', `If-Unmodified-Since does not hold: ${found}.`);
  }
  if (ifNoneMatch !== undefined && etag && namesTag(ifNoneMatch, etag, 'weak')) {
    throw new DomainError('precondition_failed', `If-None-Match does not hold: the artifact is ${etag}.`);
  }
}
