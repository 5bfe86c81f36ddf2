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
  cache: shared,
}: Pick<DeliveryDependencies, 'artifacts' | 'cache'>): DeliveryStrategy {
  const streamed = createStreamedDelivery({ artifacts });
  const kept = createArtifactCache(artifacts, shared);
  return {
    name: 'cached',
    async open(request) {
      const { record, range, signal } = request;
      const { result: cache, fill } = kept.use(record, signal);
      if (fill === null) {
        const passed = await streamed.open(request);
        return passed.kind === 'stream' ? { ...passed, cache } : passed;
      }
      if (!(await fill.waitForHead(signal))) return { kind: 'gone' };
      const bounds = { startByte: range?.start ?? 0, endByte: (range?.end ?? record.sizeBytes - 1) + 1 };
      return { kind: 'stream', body: new SharedBody(fill, bounds, signal), cache };
    },
    async close() {
      kept.close();
    },
  };
}
