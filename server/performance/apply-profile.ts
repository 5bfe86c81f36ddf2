import { type DeliverySettings, holdsArtifacts, type Profile } from '../../contract/delivery-settings.ts';
import { type DeliveryStrategy, deliveryStrategies } from '../../contract/environment.ts';
import { DomainError } from '../domain-error.ts';

/**
 * The service's settings with a run's profile laid over them.
 * @throws {DomainError} `invalid_body` for a setting that the strategy would ignore, or a strategy that is refused here.
 */
export function applyProfile(
  own: DeliverySettings,
  profile: Profile = {},
  refused: readonly DeliveryStrategy[] = [],
): DeliverySettings {
  const delivery = profile.delivery ?? own.delivery;
  if (refused.includes(delivery)) {
    const offered = deliveryStrategies.filter((name) => !refused.includes(name));
    const allowed = `on this backend one of ${offered.join(', ')}`;
    throw new DomainError('invalid_body', `profile.delivery is "${delivery}"; allowed: ${allowed}.`, {
      faults: [{ field: 'profile.delivery', value: delivery, allowed }],
    });
  }
  const concurrency = profile.download_concurrency;
  if (concurrency !== undefined && !holdsArtifacts(delivery)) {
    const field = 'profile.download_concurrency';
    const allowed = `only with the delivery buffered or blocking; this run's is ${delivery}`;
    throw new DomainError('invalid_body', `${field} is ${concurrency}; allowed: ${allowed}.`, {
      faults: [{ field, value: concurrency, allowed }],
    });
  }
  return {
    delivery,
    download_concurrency: concurrency ?? own.download_concurrency,
    s3_max_sockets: profile.s3_max_sockets ?? own.s3_max_sockets,
    ...(own.cache_bytes === undefined ? {} : { cache_bytes: own.cache_bytes }),
    ...(own.workers === undefined ? {} : { workers: own.workers }),
  };
}
