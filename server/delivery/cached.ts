import { createArtifactCache } from './artifact-cache.ts';
import type { DeliveryDependencies, DeliveryStrategy } from './delivery-strategy.ts';
import { SharedBody } from './shared-body.ts';
import { createStreamedDelivery } from './streamed.ts';

/**
 * Reads each artifact from S3 once, into memory that all its downloads share, and keeps it there. Downloads that come
 * while it is read get its bytes as they arrive; none can hold the read up. What has no room is streamed.
 */
export function createCachedDelivery({
  artifacts,
  cache,
}: Pick<DeliveryDependencies, 'artifacts' | 'cache'>): DeliveryStrategy {
  const streamed = createStreamedDelivery({ artifacts });
  const kept = createArtifactCache(artifacts, cache);
  return {
    name: 'cached',
    async open(request) {
      const { record, range, signal } = request;
      const fill = kept.use(record, signal);
      if (fill === null) return streamed.open(request);
      if (!(await fill.waitForHead(signal))) return { kind: 'gone' };
      const bounds = { startByte: range?.start ?? 0, endByte: (range?.end ?? record.sizeBytes - 1) + 1 };
      return { kind: 'stream', body: new SharedBody(fill, bounds, signal) };
    },
    async close() {
      kept.close();
    },
  };
}
