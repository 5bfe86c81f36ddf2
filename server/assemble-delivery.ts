import type { DeliverySettings } from '../contract/delivery-settings.ts';
import { createArtifactLinks } from './aws/artifact-links.ts';
import { createArtifactReader } from './aws/artifact-reader.ts';
import { createBlockingArtifactReader } from './aws/blocking-artifact-reader.ts';
import { createDeliveryClient, readDeliveryPool } from './aws/clients.ts';
import { limitCache, type SharedCache } from './delivery/artifact-cache.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import type { DeliveryStrategy } from './delivery/delivery-strategy.ts';

/**
 * A delivery strategy with its settings, on connections to S3 that are its own until it is closed. Its memory is part of
 * the cache's, less where the settings say so.
 */
export function assembleDelivery(
  bucket: string,
  settings: DeliverySettings,
  cache: SharedCache,
): DeliveryStrategy {
  const s3 = createDeliveryClient(settings.s3_max_sockets);
  const strategy = createDelivery(settings.delivery, {
    artifacts: createArtifactReader(s3, { bucket }),
    createBlockingReader: () => createBlockingArtifactReader({ bucket, s3MaxSockets: settings.s3_max_sockets }),
    links: createArtifactLinks(s3, bucket),
    downloadConcurrency: settings.download_concurrency,
    cache: limitCache(cache, settings.cache_bytes),
  });
  return {
    ...strategy,
    // Another thread reads for it.
    ...(strategy.name === 'blocking' ? {} : { readPool: () => readDeliveryPool(s3) }),
    async close() {
      await strategy.close?.();
      s3.destroy();
    },
  };
}
