import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '../../contract/routes.ts';
import { sumMetric } from '../sum-metric.ts';
import type { Store } from './fault-kinds.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { countDescriptors } from './process-figures.ts';
import type { SoakedService } from './soaked-service.ts';

/** What a service holds while nobody asks anything of it. */
export interface IdleLevel {
  /** Open file descriptors; null where nothing tells. */
  readonly descriptors: number | null;
  /** Connections to S3 that are in use for deliveries, as the service counts them, and reads into its cache. */
  readonly s3Connections: number;
  readonly fills: number;
  /** Connections to S3 that are open although no answer is under way on them, as S3 sees them. */
  readonly s3Sockets: number;
}

const looks = 60;
const leastLooks = 4;
const lookMs = 500;

/**
 * The least that it holds, looked at for some seconds, for what is closed takes a moment: until it holds nothing of S3 and
 * no more descriptors than `before`.
 */
export async function readIdleLevel(
  service: SoakedService,
  proxies: Readonly<Record<Store, FaultProxy>>,
  before?: IdleLevel,
): Promise<IdleLevel> {
  const goal = before?.descriptors ?? Number.POSITIVE_INFINITY;
  let least = await look(service, proxies);
  for (let count = 1; count < looks; count += 1) {
    if (count >= leastLooks && isRest(least) && (least.descriptors ?? 0) <= goal) break;
    await sleep(lookMs);
    const next = await look(service, proxies);
    if (weigh(next) < weigh(least)) least = next;
  }
  return least;
}

async function look(
  { url, pid }: SoakedService,
  { s3, dynamodb }: Readonly<Record<Store, FaultProxy>>,
): Promise<IdleLevel> {
  await dynamodb.countBusyConnections();
  const s3Sockets = await s3.countBusyConnections();
  const answer = await fetch(url + routes.metrics, { headers: { connection: 'close' } });
  const metrics = await answer.text();
  return {
    descriptors: pid === null ? null : await countDescriptors(pid),
    s3Connections: sumMetric(metrics, 'modelrig_s3_connections', ['state="active"']),
    fills: sumMetric(metrics, 'modelrig_cache_fills'),
    s3Sockets,
  };
}

function isRest({ s3Connections, fills, s3Sockets }: IdleLevel): boolean {
  return s3Connections + fills + s3Sockets === 0;
}

function weigh({ descriptors, s3Connections, fills, s3Sockets }: IdleLevel): number {
  return (descriptors ?? 0) + s3Connections + fills + s3Sockets;
}
