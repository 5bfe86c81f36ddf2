import type { CacheResult } from '../delivery/artifact-cache.ts';

/** The value of `Cache-Status`, RFC 9211, for what the service's own cache had. */
export const cacheStatuses: Readonly<Record<CacheResult, string>> = {
  hit: 'modelrig; hit',
  joined: 'modelrig; fwd=miss; collapsed',
  miss: 'modelrig; fwd=miss; stored',
  bypassed: 'modelrig; fwd=miss; detail=no-room',
};
