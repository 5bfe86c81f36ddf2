import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '../../contract/routes.ts';
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

const looks = 20;
const lookMs = 500;

/** The lowest of what it holds, looked at for some seconds: what is closed takes a moment. */
export async function readIdleLevel(service: SoakedService, s3: FaultProxy): Promise<IdleLevel> {
  let lowest = await look(service, s3);
  for (let count = 1; count < looks && !isRest(lowest); count += 1) {
    await sleep(lookMs);
    const next = await look(service, s3);
    if (weigh(next) < weigh(lowest)) lowest = next;
  }
  return lowest;
}

async function look({ url, pid }: SoakedService, s3: FaultProxy): Promise<IdleLevel> {
  const s3Sockets = await s3.countBusyConnections();
  const answer = await fetch(url + routes.metrics, { headers: { connection: 'close' } });
  const metrics = await answer.text();
  const read = (name: string) => Number(metrics.match(new RegExp(`^modelrig_${name} (\\d+)`, 'm'))?.[1]);
  return {
    descriptors: pid === null ? null : await countDescriptors(pid),
    s3Connections: read('s3_connections{state="active"}'.replace(/[{}]/g, '\\$&')),
    fills: read('cache_fills'),
    s3Sockets,
  };
}

function isRest({ s3Connections, fills, s3Sockets }: IdleLevel): boolean {
  return s3Connections + fills + s3Sockets === 0;
}

function weigh({ descriptors, s3Connections, fills, s3Sockets }: IdleLevel): number {
  return (descriptors ?? 0) + s3Connections + fills + s3Sockets;
}
