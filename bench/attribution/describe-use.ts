import type { StoreUse, UseRow } from '../../contract/attribution.ts';
import type { InstanceTelemetry, PoolUse } from '../../contract/telemetry.ts';
import type { AttributionInput } from './evidence.ts';
import { listBusiestFirst } from './list-busiest-first.ts';

/** Utilisation, saturation and errors (Gregg's USE method) of each resource that a download passes. */
export function describeUse({ instances, stores }: AttributionInput): UseRow[] {
  const [busiest] = listBusiestFirst(instances);
  if (busiest === undefined) return [];
  const { active_seconds: active } = busiest;
  const aborted = instances.reduce((sum, { requests_aborted }) => sum + requests_aborted, 0);
  return [
    row(
      'event loop',
      busiest.event_loop_utilization,
      'share of the time',
      busiest.event_loop_delay_mean_ms,
      'ms late on average',
      null,
    ),
    row(
      'CPU',
      active > 0 ? busiest.cpu_seconds / active : null,
      'cores, of all threads',
      active > 0 && busiest.loop_wait_seconds !== null ? busiest.loop_wait_seconds / active : null,
      'share of the time ready without a core',
      null,
    ),
    row(
      'memory',
      busiest.peak_rss_bytes / 1_048_576,
      'MiB at most',
      perSecond(busiest.gc_pause_seconds, active),
      'share of the time in garbage collection',
      null,
    ),
    row('libuv pool', null, 'not to be read', averageProbe(busiest), 'ms for an empty task', null),
    ...describePool('admission', busiest.admission, aborted),
    ...describePool('connections to S3', busiest.s3_pool, null),
    ...describeStore('S3, by its own word', stores.s3),
    ...describeStore('DynamoDB, by its own word', stores.dynamodb),
  ];
}

function describePool(resource: string, pool: PoolUse | null, errors: number | null): UseRow[] {
  if (pool === null) return [];
  return [
    row(
      resource,
      pool.mean_in_use / pool.limit,
      `of ${pool.limit}`,
      pool.mean_queued,
      `waiting on average, ${pool.peak_queued} at most`,
      errors,
    ),
  ];
}

function describeStore(resource: string, store: StoreUse | null): UseRow[] {
  if (store === null || store.answers === 0) return [];
  return [
    row(
      resource,
      store.utilization,
      'share of the time its loop was busy',
      store.first_byte_ms / store.answers,
      'ms to the first byte',
      store.aborted,
    ),
  ];
}

function averageProbe({ timeline }: InstanceTelemetry): number | null {
  const probes = timeline?.libuv_pool_ms.filter((ms) => ms !== null) ?? [];
  return probes.length === 0 ? null : probes.reduce((sum, ms) => sum + ms, 0) / probes.length;
}

function perSecond(seconds: number | null, active: number): number | null {
  return seconds === null || active <= 0 ? null : seconds / active;
}

function row(
  resource: string,
  utilization: number | null,
  utilization_of: string,
  saturation: number | null,
  saturation_of: string,
  errors: number | null,
): UseRow {
  return { resource, utilization, utilization_of, saturation, saturation_of, errors };
}
