import { DomainError } from '../domain-error.ts';
import { reachStore } from './store-error.ts';

/** As `reachStore`, for calls that must not wait for the SDK's own patience: after `limitMs` the store counts as lost. */
export async function reachWithin<Result>(
  store: 'S3' | 'DynamoDB',
  limitMs: number,
  send: (options: { abortSignal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  const abortSignal = AbortSignal.timeout(limitMs);
  return reachStore(store, async () => {
    try {
      return await send({ abortSignal });
    } catch (error) {
      if (!abortSignal.aborted) throw error;
      throw new DomainError('stores_unavailable', `${store} gave no answer within ${limitMs} ms.`, {
        cause: error,
      });
    }
  });
}
