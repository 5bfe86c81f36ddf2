import type { DeliverySettings, Profile } from '../../contract/delivery-settings.ts';
import { type DeliveryStrategy, deliveryStrategies } from '../../contract/environment.ts';
import { holdsArtifacts, keepsArtifacts } from '../../contract/strategy-limits.ts';
import type { Fault } from '../domain-error.ts';
import { refuseBody } from './refuse-body.ts';

export interface ProfileLimits {
  /** Strategies that are refused on this backend. */
  readonly refused?: readonly DeliveryStrategy[];
  /** Connections to S3 that the service's open files leave for a run; no limit when absent. */
  readonly mostSockets?: number;
}

/**
 * The service's settings with a run's profile laid over them.
 * @throws {DomainError} `invalid_body` with all that is wrong: settings that the strategy would ignore, a strategy that is
 *   refused here, more memory than the service itself may take, more connections than there are files for, or less than
 *   one for each of its workers.
 */
export function applyProfile(
  own: DeliverySettings,
  profile: Profile | undefined,
  limits: ProfileLimits = {},
): DeliverySettings {
  if (profile === undefined) return own;
  const faults = [
    ...findRefusedDelivery(own, profile, limits),
    ...findIgnored(own, profile),
    ...findTooMuch(own, profile, limits),
    ...findTooLittle(own, profile),
  ];
  if (faults.length > 0) throw refuseBody(faults);
  const cacheBytes = profile.cache_bytes ?? own.cache_bytes;
  return {
    delivery: profile.delivery ?? own.delivery,
    download_concurrency: profile.download_concurrency ?? own.download_concurrency,
    s3_max_sockets: profile.s3_max_sockets ?? own.s3_max_sockets,
    ...(cacheBytes === undefined ? {} : { cache_bytes: cacheBytes }),
    ...(own.workers === undefined ? {} : { workers: own.workers }),
  };
}

function findRefusedDelivery(
  own: DeliverySettings,
  { delivery = own.delivery }: Profile,
  { refused = [] }: ProfileLimits,
): Fault[] {
  if (!refused.includes(delivery)) return [];
  const offered = deliveryStrategies.filter((name) => !refused.includes(name));
  return [fault('delivery', delivery, `on this backend one of ${offered.join(', ')}`)];
}

function findIgnored(
  own: DeliverySettings,
  { delivery = own.delivery, download_concurrency, cache_bytes }: Profile,
): Fault[] {
  const only = (names: string) => `only with the delivery ${names}; this run's is ${delivery}`;
  return [
    ...(download_concurrency === undefined || holdsArtifacts(delivery)
      ? []
      : [fault('download_concurrency', download_concurrency, only('buffered or blocking'))]),
    ...(cache_bytes === undefined || keepsArtifacts(delivery)
      ? []
      : [fault('cache_bytes', cache_bytes, only('cached, buffered or blocking'))]),
  ];
}

function findTooMuch(
  own: DeliverySettings,
  { delivery = own.delivery, s3_max_sockets, cache_bytes }: Profile,
  { mostSockets = Number.POSITIVE_INFINITY }: ProfileLimits,
): Fault[] {
  const sockets = s3_max_sockets ?? own.s3_max_sockets;
  const most = own.cache_bytes ?? Number.POSITIVE_INFINITY;
  const isTooLarge = cache_bytes !== undefined && keepsArtifacts(delivery) && cache_bytes > most;
  return [
    ...(isTooLarge
      ? [fault('cache_bytes', cache_bytes, `at most ${most}, which is what the service may take`)]
      : []),
    ...(sockets > mostSockets
      ? [fault('s3_max_sockets', sockets, describeSockets(own, mostSockets, s3_max_sockets === undefined))]
      : []),
  ];
}

function describeSockets({ workers = 1 }: DeliverySettings, mostSockets: number, isOwn: boolean): string {
  const most =
    mostSockets < workers
      ? 'no profile: the limit of open files (ulimit -n) leaves a run no connections of its own'
      : `at most ${mostSockets}, what the limit of open files (ulimit -n) leaves for a run`;
  return isOwn ? `${most}; left out, it is that of the service` : most;
}

function findTooLittle({ workers = 1 }: DeliverySettings, profile: Profile): Fault[] {
  return (['download_concurrency', 's3_max_sockets'] as const).flatMap((name) => {
    const value = profile[name] ?? workers;
    return value < workers
      ? [fault(name, value, `at least ${workers}, one for each worker of the service`)]
      : [];
  });
}

function fault(name: keyof Profile, value: string | number, allowed: string): Fault {
  return { field: `profile.${name}`, value, allowed };
}
