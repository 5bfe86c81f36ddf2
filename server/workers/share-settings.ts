import type { DeliverySettings } from '../../contract/delivery-settings.ts';

/**
 * A worker's part of what all have together. Settings below the number of workers are refused; a run that a service with
 * fewer workers began may still have them, and gets one from each.
 */
export function shareOf(all: number, workers: number): number {
  return Math.max(1, Math.floor(all / workers));
}

/** What one of the service's workers may use of its settings. */
export function shareSettings(settings: DeliverySettings, workers: number): DeliverySettings {
  return {
    ...settings,
    download_concurrency: shareOf(settings.download_concurrency, workers),
    s3_max_sockets: shareOf(settings.s3_max_sockets, workers),
    ...(settings.cache_bytes === undefined ? {} : { cache_bytes: Math.floor(settings.cache_bytes / workers) }),
  };
}

/**
 * Likewise of those of a run with a profile, which a service with more open files or fewer workers may have begun: no
 * more than the `mostSockets` that there are files for now, and one where there are none.
 */
export function shareRunSettings(
  settings: DeliverySettings,
  workers: number,
  mostSockets: number,
): DeliverySettings {
  const share = shareSettings(settings, workers);
  return { ...share, s3_max_sockets: Math.max(1, Math.min(share.s3_max_sockets, mostSockets)) };
}
