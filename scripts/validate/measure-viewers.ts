import { type ShapingProxy, startShapingProxy } from '../../bench/lab/start-shaping-proxy.ts';
import { table } from '../../bench/report/markdown/markdown.ts';
import { eventsPath } from '../../contract/routes.ts';
import { startLocalAws } from '../local-aws/start-local-aws.ts';
import { compareRatios, findMedian, formatRatio } from './compare-ratios.ts';
import { interleave, type Pair } from './interleave.ts';
import type { ViewersOrder } from './processes/run-viewers.ts';
import { startChild } from './start-child.ts';
import { startServiceUnderTest } from './start-service-under-test.ts';
import { loadClosed, loadPaced, loadStreamed, openStreamedRun, type StreamedRun } from './streamed-run.ts';
import type { ValidationResult } from './validation.ts';
import { writeProgress } from './write-progress.ts';

const pairCount = 16;
const viewerCount = 200;
/**
 * Some 400 MB a second, about half of what one core sends: a service that is never idle has its CPU-seconds per byte
 * changed by whoever else computes on the machine, as the viewers' own process does.
 */
const downloadsPerSecond = 16;
const roundSeconds = 12;
const mostRatio = 1.05;
/** One a second, with what the ends of a round may cut off. */
const mostReadsPerSecond = 1.2;

interface Round {
  readonly cpuSecondsPerGb: number;
  /** Queries of the run's items, counted by a proxy before the store. */
  readonly readsPerSecond: number;
  readonly eventsPerSecond: number;
}

/**
 * CPU-seconds of a fresh service per 1e9 bytes of streamed downloads, with 200 viewers of that run and without any,
 * interleaved; its progress is written once a second all the while, as a runner does.
 */
export async function measureViewers(say: (text: string) => void): Promise<ValidationResult> {
  const aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  const proxy = await startShapingProxy(aws.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', {});
  try {
    return await measureRun(await openStreamedRun(), proxy, say);
  } finally {
    await proxy.stop();
    await aws.stop();
  }
}

async function measureRun(
  run: StreamedRun,
  proxy: ShapingProxy,
  say: (text: string) => void,
): Promise<ValidationResult> {
  const stopProgress = writeProgress(run);
  try {
    const pairs = await interleave(
      pairCount,
      10,
      () => measureRound(run, proxy, viewerCount),
      () => measureRound(run, proxy, 0),
      ({ one, other }, number) =>
        say(`pair ${number} of ${pairCount}: with ${describe(one)}; without ${describe(other)}`),
    );
    return judge(pairs);
  } finally {
    await stopProgress();
    run.close();
  }
}

async function measureRound(run: StreamedRun, proxy: ShapingProxy, count: number): Promise<Round> {
  const service = await startServiceUnderTest({ AWS_ENDPOINT_URL_DYNAMODB: proxy.url });
  try {
    await loadStreamed(service, run.runId, loadClosed(1));
    const order: ViewersOrder = { url: service.url + eventsPath(run.runId), count };
    const viewers = await startChild('run-viewers', order);
    try {
      const before = await readCounts(proxy, viewers);
      const cpuSecondsPerGb = await loadStreamed(
        service,
        run.runId,
        loadPaced(downloadsPerSecond, roundSeconds),
      );
      const after = await readCounts(proxy, viewers);
      const seconds = (after.atMs - before.atMs) / 1_000;
      return {
        cpuSecondsPerGb,
        readsPerSecond: (after.reads - before.reads) / seconds,
        eventsPerSecond: (after.events - before.events) / seconds,
      };
    } finally {
      await viewers.stop();
    }
  } finally {
    await service.stop();
  }
}

async function readCounts(proxy: ShapingProxy, viewers: { ask(question: unknown): Promise<unknown> }) {
  const { counts } = await proxy.readCounts();
  const events = (await viewers.ask('events')) as number;
  return { atMs: performance.now(), reads: counts.Query?.answers ?? 0, events };
}

function describe({ cpuSecondsPerGb, readsPerSecond, eventsPerSecond }: Round): string {
  return `${cpuSecondsPerGb.toFixed(3)} CPU-s/GB, ${readsPerSecond.toFixed(2)} reads/s, ${eventsPerSecond.toFixed(0)} events/s`;
}

function judge(pairs: readonly Pair<Round, Round>[]): ValidationResult {
  const ratio = compareRatios(
    pairs.map(({ one, other }) => [one.cpuSecondsPerGb, other.cpuSecondsPerGb] as const),
    0.9,
  );
  const mostReads = Math.max(...pairs.map(({ one }) => one.readsPerSecond));
  const describeArm = (name: string, arm: keyof Pair<Round, Round>) => {
    const median = (read: (round: Round) => number) => findMedian(pairs.map((pair) => read(pair[arm])));
    return [
      name,
      median(({ cpuSecondsPerGb }) => cpuSecondsPerGb).toFixed(3),
      median(({ readsPerSecond }) => readsPerSecond).toFixed(2),
      median(({ eventsPerSecond }) => eventsPerSecond).toFixed(0),
    ];
  };
  return {
    table: table(
      ['viewers', 'CPU-s/GB (median)', 'reads of the store a second', 'events a second'],
      [describeArm(String(viewerCount), 'one'), describeArm('none', 'other')],
      'lrrr',
    ),
    judgements: [
      {
        text: `${viewerCount} viewers against none: ${formatRatio(ratio)} times the CPU time, ${pairCount} pairs, 90 % interval; at most ${mostRatio}`,
        holds: ratio.estimate <= mostRatio,
      },
      {
        text: `${viewerCount} viewers: at most ${mostReads.toFixed(2)} reads of the store a second; at most ${mostReadsPerSecond}`,
        holds: mostReads <= mostReadsPerSecond,
      },
      {
        text: 'viewers are told something every two seconds at least, however busy the service is',
        holds: pairs.every(({ one }) => one.eventsPerSecond >= 0.5 * viewerCount),
      },
    ],
  };
}
