import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '../domain-error.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import { describeValidators } from './artifact-headers.ts';
import { namesTag } from './entity-tags.ts';

/**
 * `If-Match` and `If-None-Match` of a PUT: RFC 9110, section 13.2.2.
 * @throws {DomainError} `precondition_failed` when they do not hold for what is published, null for nothing.
 */
export function assertPublishConditions(headers: IncomingHttpHeaders, current: ModelRecord | null): void {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  const etag = current && describeValidators(current).etag;
  if (ifMatch !== undefined && !(etag && namesTag(ifMatch, etag, 'strong'))) {
    const found = etag ? `the artifact is ${etag}` : 'there is no such version';
    throw new DomainError('precondition_failed', `If-Match does not hold: ${found}.`);
  }
  if (ifNoneMatch !== undefined && etag && namesTag(ifNoneMatch, etag, 'weak')) {
    throw new DomainError('precondition_failed', `If-None-Match does not hold: the artifact is ${etag}.`);
  }
}
