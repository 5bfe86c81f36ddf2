import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';
import { DomainError, type ErrorCode } from '../domain-error.ts';
import { findCall, type StoreCall } from './note-calls.ts';
import {
  adviseOnAccess,
  adviseOnMissing,
  descriptorAdvice,
  reachAdvice,
  type Store,
  throttleAdvice,
} from './store-advice.ts';

/**
 * Runs calls to a store. What the store, the way to it or the right to use it lacks becomes a domain error:
 * `stores_unavailable`, `stores_throttled`, `stores_denied` or `stores_missing`, with a line for the log. All else is
 * thrown as it is, such as a condition that does not hold, and the errors of what is sent to the store.
 */
export async function reachStore<Result>(store: Store, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw translate(store, error);
  }
}

/** For a store that is lost without an error of the SDK. */
export function loseStore(store: Store, what: string, cause: unknown): DomainError {
  return new DomainError('stores_unavailable', `${store} ${what}; try again shortly.`, {
    cause,
    logLine: `${store} ${what}: ${reachAdvice}.`,
  });
}

function translate(store: Store, error: unknown): unknown {
  const call = error instanceof Error ? findCall(error) : undefined;
  if (!(error instanceof Error) || !call) return error;
  const failure = `${call.operation} on ${call.resource} (${describeCause(error)})`;
  const fail = (code: ErrorCode, message: string, logLine: string) =>
    new DomainError(code, `${store} ${message}.`, { cause: error, logLine: `${store} ${logLine}.` });

  if (isMissing(error, call)) {
    const message = 'does not have what this service keeps its data in';
    return fail('stores_missing', message, `does not find ${failure}: ${adviseOnMissing(store, error)}`);
  }
  if (isDenied(error)) {
    const message = 'does not let this service in';
    return fail('stores_denied', message, `denied ${failure}: ${adviseOnAccess(store, error, call)}`);
  }
  if (isThrottlingError(error as SdkError)) {
    const message = 'takes fewer requests than it gets; try again shortly';
    return fail('stores_throttled', message, `throttled ${failure}: ${throttleAdvice}`);
  }
  const isWithoutDescriptor = /^(EMFILE|ENFILE)$/.test((error as NodeJS.ErrnoException).code ?? '');
  if (isWithoutDescriptor || isTransientError(error as SdkError)) {
    const message = 'cannot be reached; try again shortly';
    const advice = isWithoutDescriptor ? descriptorAdvice : reachAdvice;
    return fail('stores_unavailable', message, `cannot be reached for ${failure}: ${advice}`);
  }
  return error;
}

const missing = new Set([
  'NoSuchBucket',
  'ResourceNotFoundException',
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
]);

/** The answer to HEAD has no body and so no name for its error. */
function isMissing(error: Error, { operation }: StoreCall): boolean {
  const status = readStatus(error);
  return missing.has(error.name) || (operation === 'HeadBucket' && (status === 404 || status === 301));
}

/** S3 says so by a status; DynamoDB by a name alone. */
function isDenied(error: Error): boolean {
  const status = readStatus(error);
  if (status === 401 || status === 403) return true;
  return /^(AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId)(Exception)?$|^(Credentials|Token)ProviderError$/.test(
    error.name,
  );
}

/** Names and numbers alone: what comes with them may hold keys of objects, and would make every line another one. */
function describeCause(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return code;
  return error.name === 'Unknown' ? `status ${readStatus(error)}` : error.name;
}

function readStatus(error: Error): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
