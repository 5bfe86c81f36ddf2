import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '../domain-error.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import { describeValidators } from './artifact-headers.ts';
import { namesTag } from './entity-tags.ts';
import { findFailedCondition, type Validators } from './preconditions.ts';

/**
 * `If-Match`, without it `If-Unmodified-Since`, and `If-None-Match` of a PUT: RFC 9110, section 13.2.2. A date that
 * is none is no condition; nor is any for what does not exist.
 * @throws {DomainError} `precondition_failed` when they do not hold for what is published, null for nothing.
 */
export function assertPublishConditions(headers: IncomingHttpHeaders, current: ModelRecord | null): void {
  const validators = current && describeValidators(current);
  const failed = findFailedCondition(headers, validators);
  if (failed) throw refuse(failed, describeFound(failed, validators));
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && validators && namesTag(ifNoneMatch, validators.etag, 'weak')) {
    throw refuse('If-None-Match', `the artifact is ${validators.etag}`);
  }
}

function describeFound(failed: string, validators: Validators | null): string {
  if (validators === null) return 'there is no such version';
  return failed === 'If-Match'
    ? `the artifact is ${validators.etag}`
    : `the artifact was published ${new Date(validators.lastModifiedMs).toUTCString()}`;
}

function refuse(condition: string, found: string): DomainError {
  return new DomainError('precondition_failed', `${condition} does not hold: ${found}.`);
}
