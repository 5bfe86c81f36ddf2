import type { Outcome } from '../../contract/ledger.ts';
import type { Expectation, RequestSpec } from '../scenario.ts';
import { findHeader } from './find-header.ts';

export interface WholeResponse {
  readonly status: number | null;
  readonly headers: readonly string[];
  readonly bodyBytes: number;
  /** `sha256:<hex>`, where the body was hashed. */
  readonly digest: string | null;
  /** Whether another answer had led here: only one redirect is followed. */
  readonly isRedirected: boolean;
}

export interface Judgement {
  readonly outcome: Outcome;
  readonly error: string | null;
  /** How long a service that asks for patience wants to be spared; absent where it does not. */
  readonly retryAfterMs?: number;
}

/** A response that is whole by HTTP's own framing: is it the right one? */
export function judgeResponse(spec: RequestSpec, response: WholeResponse): Judgement {
  const { status, headers } = response;
  const { expect } = spec;
  if (status !== expect.status) return judgeStatus(expect.status, response);
  const coding = findHeader(headers, 'content-encoding');
  if (coding !== null && coding.toLowerCase() !== 'identity') {
    return { outcome: 'encoded', error: `content-encoding: ${coding} although identity was asked for` };
  }
  const wrongRange = spec.range && findWrongRange(spec, headers);
  if (wrongRange) return { outcome: 'wrong_range', error: wrongRange };
  const bytes = spec.method === 'HEAD' ? readLength(headers) : response.bodyBytes;
  if (expect.bytes !== null && bytes !== expect.bytes) {
    return {
      outcome: 'wrong_length',
      error: `${bytes ?? 'no content-length'} bytes instead of ${expect.bytes}`,
    };
  }
  const wrongType = findWrongType(expect, headers, bytes);
  if (wrongType) return { outcome: 'wrong_type', error: wrongType };
  if (expect.digest !== null && response.digest !== null && response.digest !== expect.digest) {
    return { outcome: 'wrong_digest', error: `${response.digest} instead of ${expect.digest}` };
  }
  return { outcome: 'ok', error: null };
}

function judgeStatus(expected: number, { status, headers, isRedirected }: WholeResponse): Judgement {
  const retryAfter = findHeader(headers, 'retry-after');
  const retryAfterMs = readRetryAfterMs(retryAfter);
  if ((status === 429 || status === 503) && retryAfterMs !== null) {
    return { outcome: 'throttled', error: `status ${status}, retry-after: ${retryAfter}`, retryAfterMs };
  }
  const location = findHeader(headers, 'location');
  if (isRedirected && location !== null && status !== null && status >= 300 && status < 400) {
    return {
      outcome: 'unexpected_status',
      error: `redirected a second time, by status ${status} to ${location.replace(/[?#].*/s, '')}; one redirect is followed`,
    };
  }
  return { outcome: 'unexpected_status', error: `status ${status} instead of ${expected}` };
}

/** RFC 9110, 10.2.3: seconds, or a date in any of HTTP's three forms. Null for anything else. */
function readRetryAfterMs(value: string | null): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const dateMs = Date.parse(value);
  const isDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) && !Number.isNaN(dateMs);
  return isDate ? Math.max(0, dateMs - Date.now()) : null;
}

/** RFC 9110, 14.4. The size behind the slash is the resource's own, and is not compared. */
function findWrongRange({ range, expect }: RequestSpec, headers: readonly string[]): string | null {
  if (range === null || expect.status !== 206) return null;
  const found = findHeader(headers, 'content-range');
  if (found === null) return 'no content-range';
  return found.toLowerCase().startsWith(`bytes ${range.first}-${range.last}/`)
    ? null
    : `content-range: ${found} instead of bytes ${range.first}-${range.last}`;
}

/** RFC 9110, 8.3.1: types are compared without their parameters, in any case. */
function findWrongType(expect: Expectation, headers: readonly string[], bytes: number | null): string | null {
  if (expect.contentType === null) return null;
  const found = findHeader(headers, 'content-type');
  if (found === null) return `no content-type instead of ${expect.contentType}`;
  if (found.split(';')[0]?.trim().toLowerCase() !== expect.contentType) {
    return `content-type: ${found} instead of ${expect.contentType}`;
  }
  return bytes === 0 && expect.bytes === null ? `an empty body instead of ${expect.contentType}` : null;
}

function readLength(headers: readonly string[]): number | null {
  const length = findHeader(headers, 'content-length');
  return length === null ? null : Number(length);
}
