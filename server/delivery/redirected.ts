import { linkSeconds } from '../registry/replaced-artifact.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { createStreamedDelivery } from './streamed.ts';

/** Sends clients to the store itself, by a presigned address; what only we can answer is streamed from here. */
export function createRedirectedDelivery({
  artifacts,
  links,
}: Pick<DeliveryDependencies, 'artifacts' | 'links'>): DeliveryStrategy {
  const streamed = createStreamedDelivery({ artifacts });
  return {
    name: 'redirected',
    async open(request) {
      if (request.mustAnswerHere) return streamed.open(request);
      const options = { ...request.headers, expiresSeconds: linkSeconds };
      const location = await links.createLink(request.record, options);
      return { kind: 'redirect', location };
    },
  };
}
