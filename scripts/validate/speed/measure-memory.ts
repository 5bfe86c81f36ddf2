import { formatMiB } from '../../../bench/report/format.ts';
import { table } from '../../../bench/report/markdown/markdown.ts';
import { routes } from '../../../contract/routes.ts';
import { sumMetric } from '../../sum-metric.ts';
import { findMedian } from '../compare-ratios.ts';
import type { IdleOrder } from '../processes/idle-connections.ts';
import type { SlowOrder, SlowResult } from '../processes/slow-readers.ts';
import { type GroupUse, readProcessGroup } from '../read-process-group.ts';
import { startChild } from '../start-child.ts';
import type { ServiceUnderTest } from '../start-service-under-test.ts';
import type { ValidationResult } from '../validation.ts';
import { measureBurst } from './measure-burst.ts';
import { modelPath, type Stage } from './stage.ts';

const mebibyte = 1_048_576;
const mostOwnBytes = 200 * mebibyte;
const mostIdleBytes = 24 * 1_024;
const slow = { readers: 1_000, bytesPerSecond: 100_000, seconds: 10 };
const idleCount = 2_000;
const settleMs = 1_500;

interface MemoryRound {
  /** The greatest resident size beyond the cache in use, for each worker. */
  readonly burstBytes: number;
  readonly slowBytes: number;
  readonly readers: SlowResult;
  readonly idleBytes: number;
}

/** Resident memory of fresh processes: a burst, a thousand slow readers from the first byte on, idle connections. */
export async function measureMemory(
  stage: Stage,
  rounds: number,
  say: (text: string) => void,
): Promise<ValidationResult> {
  const measured: MemoryRound[] = [];
  while (measured.length < rounds) {
    const burstBytes = await stage.withService('defaults', measureUnderBurst);
    const { ownBytes: slowBytes, readers } = await stage.withService('defaults', measureUnderSlowReaders);
    const idleBytes = await stage.withService('defaults', measureIdleConnection);
    measured.push({ burstBytes, slowBytes, readers, idleBytes });
    say(
      `memory, round ${measured.length} of ${rounds}: burst ${formatMiB(burstBytes)}, slow readers ${formatMiB(slowBytes)}, ${readers.without} of them without a byte, an idle connection ${(idleBytes / 1_024).toFixed(1)} KiB`,
    );
  }
  return describe(measured);
}

async function measureUnderBurst(service: ServiceUnderTest): Promise<number> {
  for (let burst = 1; burst <= 3; burst += 1) await measureBurst(service.url + modelPath);
  return findOwnBytes(service);
}

async function measureUnderSlowReaders(service: ServiceUnderTest) {
  const client = await startChild('slow-readers', null);
  try {
    const order: SlowOrder = { ...slow, port: Number(new URL(service.url).port), path: modelPath };
    const readers = (await client.ask(order)) as SlowResult;
    return { ownBytes: await findOwnBytes(service), readers };
  } finally {
    await client.stop();
  }
}

/** What a connection adds that was there before, too: what its kind needs once is not counted. */
async function measureIdleConnection({ url, pid }: ServiceUnderTest): Promise<number> {
  const order: IdleOrder = { port: Number(new URL(url).port), count: idleCount };
  const first = await startChild('idle-connections', order);
  await first.stop();
  const before = await readSettled(pid);
  const client = await startChild('idle-connections', order);
  try {
    const after = await readSettled(pid);
    const open = (await client.ask('how many')) as number;
    if (open !== idleCount) throw new Error(`${open} of ${idleCount} idle connections stand.`);
    return (after.rssBytes - before.rssBytes) / idleCount;
  } finally {
    await client.stop();
  }
}

async function readSettled(pid: number): Promise<GroupUse> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return readProcessGroup(pid);
}

async function findOwnBytes({ url, pid }: ServiceUnderTest): Promise<number> {
  const { peakRssBytes, workers } = readProcessGroup(pid);
  const metrics = await (await fetch(url + routes.metrics)).text();
  return (peakRssBytes - sumMetric(metrics, 'modelrig_cache_bytes')) / workers;
}

function describe(rounds: readonly MemoryRound[]): ValidationResult {
  const readers = rounds.map((round) => round.readers);
  const without = readers.reduce((sum, result) => sum + result.without, 0);
  const loads = [
    { name: 'bursts of 100 clients', own: rounds.map(({ burstBytes }) => burstBytes) },
    {
      name: `${slow.readers} readers of ${slow.bytesPerSecond / 1_000} KB/s`,
      own: rounds.map(({ slowBytes }) => slowBytes),
    },
  ];
  const idle = rounds.map(({ idleBytes }) => idleBytes / 1_024);
  return {
    table: table(
      ['resident memory, defaults', 'median', 'most'],
      [
        ...loads.map(({ name, own }) => [
          `${name}, beyond the cache in use`,
          formatMiB(findMedian(own)),
          formatMiB(Math.max(...own)),
        ]),
        [
          `one of ${idleCount} idle connections`,
          ...[findMedian(idle), Math.max(...idle)].map((kib) => `${kib.toFixed(1)} KiB`),
        ],
      ],
      'lrr',
    ),
    judgements: [
      ...loads.map(({ name, own }) => ({
        text: `${name}: a worker's greatest resident size beyond the cache in use ${formatMiB(Math.max(...own))}; at most ${formatMiB(mostOwnBytes)}`,
        holds: Math.max(...own) <= mostOwnBytes,
      })),
      {
        text: `${without} of ${rounds.length * slow.readers} slow readers got no byte of a body; the one with the least took ${Math.min(...readers.map(({ leastBytes }) => leastBytes))} bytes`,
        holds: without === 0,
      },
      {
        text: `resident memory of an idle connection: median ${findMedian(idle).toFixed(1)} KiB; at most ${mostIdleBytes / 1_024}`,
        holds: findMedian(idle) <= mostIdleBytes / 1_024,
      },
    ],
  };
}
