import type { DeliverySettings, Profile } from '../../contract/delivery-settings.ts';
import { type DeliveryStrategy, deliveryStrategies } from '../../contract/environment.ts';
import { holdsArtifacts, keepsArtifacts } from '../../contract/strategy-limits.ts';
import { DomainError } from '../domain-error.ts';

export interface ProfileLimits {
  /** Strategies that are refused on this backend. */
  readonly refused?: readonly DeliveryStrategy[];
  /** Connections to S3 that the service's open files leave for a run; no limit when absent. */
  readonly mostSockets?: number;
}

/**
 * The service's settings with a run's profile laid over them.
 * @throws {DomainError} `invalid_body` for a setting that the strategy would ignore, a strategy that is refused here,
 *   more memory than the service itself may take, more connections than there are files for, or less than one for each
 *   of its workers.
 */
export function applyProfile(
  own: DeliverySettings,
  profile: Profile | undefined,
  { refused = [], mostSockets = Number.POSITIVE_INFINITY }: ProfileLimits = {},
): DeliverySettings {
  if (profile === undefined) return own;
  const delivery = profile.delivery ?? own.delivery;
  if (refused.includes(delivery)) {
    const offered = deliveryStrategies.filter((name) => !refused.includes(name));
    throw refuse('delivery', delivery, `on this backend one of ${offered.join(', ')}`);
  }
  const { download_concurrency, s3_max_sockets, cache_bytes } = profile;
  if (download_concurrency !== undefined && !holdsArtifacts(delivery)) {
    const allowed = `only with the delivery buffered or blocking; this run's is ${delivery}`;
    throw refuse('download_concurrency', download_concurrency, allowed);
  }
  if (cache_bytes !== undefined && !keepsArtifacts(delivery)) {
    const allowed = `only with the delivery cached, buffered or blocking; this run's is ${delivery}`;
    throw refuse('cache_bytes', cache_bytes, allowed);
  }
  if (cache_bytes !== undefined && own.cache_bytes !== undefined && cache_bytes > own.cache_bytes) {
    throw refuse('cache_bytes', cache_bytes, `at most ${own.cache_bytes}, which is what the service may take`);
  }
  const { workers = 1 } = own;
  for (const [name, value] of Object.entries({ download_concurrency, s3_max_sockets })) {
    if (value !== undefined && value < workers) {
      throw refuse(name as keyof Profile, value, `at least ${workers}, one for each worker of the service`);
    }
  }
  const sockets = s3_max_sockets ?? own.s3_max_sockets;
  if (sockets > mostSockets) {
    const most =
      mostSockets < workers
        ? 'no profile: the limit of open files (ulimit -n) leaves a run no connections of its own'
        : `at most ${mostSockets}, what the limit of open files (ulimit -n) leaves for a run`;
    const origin = s3_max_sockets === undefined ? '; left out, it is that of the service' : '';
    throw refuse('s3_max_sockets', sockets, most + origin);
  }
  const cacheBytes = cache_bytes ?? own.cache_bytes;
  return {
    delivery,
    download_concurrency: download_concurrency ?? own.download_concurrency,
    s3_max_sockets: sockets,
    ...(cacheBytes === undefined ? {} : { cache_bytes: cacheBytes }),
    ...(own.workers === undefined ? {} : { workers: own.workers }),
  };
}

function refuse(name: keyof Profile, value: string | number, allowed: string): DomainError {
  const field = `profile.${name}`;
  return new DomainError('invalid_body', `${field} is ${JSON.stringify(value)}; allowed: ${allowed}.`, {
    faults: [{ field, value, allowed }],
  });
}
