import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createStreamedDelivery } from './streamed.ts';

/**
 * The address has to serve the start of a transfer, however slow the way to it, and the resumes of clients that go
 * back to it instead of to us, as wget does; a transfer under way outlives it.
 */
const expiresSeconds = 900;

/** Sends clients to the store itself, by a presigned address; what only we can answer is streamed from here. */
export function createRedirectedDelivery({
  artifacts,
  links,
}: Pick<DeliveryDependencies, 'artifacts' | 'links'>): DeliveryStrategy {
  const streamed = createStreamedDelivery({ artifacts });
  return {
    name: 'redirected',
    trustsRecord: true,
    async open(request) {
      if (request.mustAnswerHere) return streamed.open(request);
      const location = await links.createLink(request.record, { ...request.headers, expiresSeconds });
      return { kind: 'redirect', location };
    },
  };
}
