import { DomainError } from '../domain-error.ts';

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/** Runs a call to S3 or DynamoDB; a store that cannot be reached becomes `stores_unavailable`. */
export async function reachStore<Result>(
  store: 'S3' | 'DynamoDB',
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw new DomainError('stores_unavailable', `${store} cannot be reached; try again shortly.`, {
      cause: error,
    });
  }
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  return (
    unreachableCodes.has(code ?? '') || error.name === 'TimeoutError' || ($metadata?.httpStatusCode ?? 0) >= 500
  );
}
