import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';

/** Hands the store's own stream to the client: one read of the store a request, at the client's pace. */
export function createStreamedDelivery({
  artifacts,
}: Pick<DeliveryDependencies, 'artifacts'>): DeliveryStrategy {
  return {
    name: 'streamed',
    async open({ record, range, signal }) {
      const body = await artifacts.open(record, range, signal);
      return body === null ? { kind: 'gone' } : { kind: 'stream', body };
    },
  };
}
