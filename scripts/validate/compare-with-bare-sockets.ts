import { startNullServer } from '../../bench/measure/start-null-server.ts';
import { formatCount, formatMiB } from '../../bench/report/format.ts';
import { table } from '../../bench/report/markdown/markdown.ts';
import type { ScenarioOptions } from '../../bench/scenario/scenario-options.ts';
import { compareRatios, findMedian, formatRatio } from './compare-ratios.ts';
import { interleave, type Pair } from './interleave.ts';
import type { BareOrder, BareResult } from './processes/bare-client.ts';
import type { EngineResult } from './processes/engine-client.ts';
import { runEngine } from './run-engine.ts';
import { startChild } from './start-child.ts';
import type { Judgement, ValidationResult } from './validation.ts';

const pairCount = 8;
const bodyBytes = 24_834_009;
const connections = 100;
const bodiesPerConnection = 4;
const path = `/bytes/${bodyBytes}`;
const mostCostRatio = 1.4;
const leastFairness = 0.9;
const mostRssBytes = 150 * 1_048_576;
/** What a process reads beside its sockets: its own files, and what wakes its loop. */
const mostOtherBytes = 100_000;

interface Arm {
  readonly bytesPerSecond: number;
  readonly cpuSecondsPerGb: number;
}

interface EngineArm extends Arm {
  readonly failures: number;
  readonly wireBytes: number;
  readonly peakRssBytes: number;
  readonly kernelBytes: number;
}

/**
 * CPU-seconds of the client's whole process per 1e9 bytes of body, from the barrier to the last byte, engine and bare
 * sockets interleaved, both against one null server. Fairness is that of bursts, one body a connection.
 */
export async function compareWithBareSockets(say: (text: string) => void): Promise<ValidationResult> {
  const server = await startNullServer();
  try {
    const pairs = await interleave(
      pairCount,
      4,
      () => measureEngine(server.url),
      () => measureBareSockets(server.url),
      ({ one, other }, number) =>
        say(`pair ${number} of ${pairCount}: engine ${describeArm(one)}; bare ${describeArm(other)}`),
    );
    const fairness: number[] = [];
    for (let burst = 1; burst <= pairCount; burst += 1) fairness.push(await measureFairness(server.url));
    return { table: renderArms(pairs), judgements: judge(pairs, fairness) };
  } finally {
    await server.stop();
  }
}

function describeLoad(iterations: number): ScenarioOptions {
  return {
    name: 'bare',
    executor: 'per-vu-iterations',
    vus: connections,
    iterations,
    digestSampleRate: 0,
    request: { path, expect: { bytes: bodyBytes } },
  };
}

async function measureEngine(url: string): Promise<EngineArm> {
  const result = await runEngine({ url, scenario: describeLoad(bodiesPerConnection) });
  const { attempts, generator, wireBytes, kernelBytes } = result;
  return {
    bytesPerSecond: (attempts.length * bodyBytes) / findMakespanSeconds(result),
    cpuSecondsPerGb: generator.cpu_seconds_per_gb ?? Number.NaN,
    failures: attempts.filter(({ outcome }) => outcome !== 'ok').length,
    wireBytes,
    peakRssBytes: generator.peak_rss_bytes,
    kernelBytes,
  };
}

async function measureBareSockets(url: string): Promise<Arm> {
  const client = await startChild('bare-client', null);
  try {
    const order = {
      port: Number(new URL(url).port),
      path,
      connections,
      bodies: bodiesPerConnection,
      bodyBytes,
    };
    const result = (await client.ask(order satisfies BareOrder)) as BareResult;
    if (result.bodyBytes !== connections * bodiesPerConnection * bodyBytes) {
      throw new Error(`The bare sockets read ${formatCount(result.bodyBytes)} bytes of body.`);
    }
    return {
      bytesPerSecond: result.bodyBytes / result.seconds,
      cpuSecondsPerGb: result.cpuSeconds / (result.bodyBytes / 1e9),
    };
  } finally {
    await client.stop();
  }
}

/** Mean latency over makespan of a burst. */
async function measureFairness(url: string): Promise<number> {
  const result = await runEngine({ url, scenario: describeLoad(1) });
  const latencies = result.attempts.map(({ started_ms, ended_ms }) => ended_ms - started_ms);
  const meanMs = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
  return meanMs / 1_000 / findMakespanSeconds(result);
}

function findMakespanSeconds({ attempts }: EngineResult): number {
  return Math.max(...attempts.map(({ ended_ms }) => ended_ms)) / 1_000;
}

function renderArms(pairs: readonly Pair<EngineArm, Arm>[]): string {
  const engine = pairs.map(({ one }) => one);
  const bare = pairs.map(({ other }) => other);
  const row = (name: string, arms: readonly Arm[]) => [
    name,
    formatCount(findMedian(arms.map(({ bytesPerSecond }) => bytesPerSecond / 1e6))),
    ...[findMedian, (costs: number[]) => Math.min(...costs), (costs: number[]) => Math.max(...costs)].map(
      (pick) => pick(arms.map(({ cpuSecondsPerGb }) => cpuSecondsPerGb)).toFixed(3),
    ),
  ];
  return table(
    ['', 'MB/s (median)', 'CPU-s/GB (median)', 'least', 'most'],
    [row('engine, ledger and length checks', engine), row('bare sockets', bare)],
    'lrrrr',
  );
}

function judge(pairs: readonly Pair<EngineArm, Arm>[], fairness: readonly number[]): Judgement[] {
  const cost = compareRatios(
    pairs.map(({ one, other }) => [one.cpuSecondsPerGb, other.cpuSecondsPerGb]),
    0.9,
  );
  const engine = pairs.map(({ one }) => one);
  const peakRssBytes = Math.max(...engine.map((arm) => arm.peakRssBytes));
  const others = engine.map(({ kernelBytes, wireBytes }) => kernelBytes - wireBytes);
  const failures = engine.reduce((sum, arm) => sum + arm.failures, 0);
  const evenness = findMedian(fairness);
  return [
    {
      text: `CPU-s/GB of the engine over that of bare sockets, 90 % interval: ${formatRatio(cost)}; limit ${mostCostRatio} for the estimate`,
      holds: cost.estimate <= mostCostRatio,
    },
    {
      text: `mean over makespan of ${fairness.length} bursts: median ${evenness.toFixed(3)}, ${Math.min(...fairness).toFixed(3)} to ${Math.max(...fairness).toFixed(3)}; limit ${leastFairness} for the median`,
      holds: evenness >= leastFairness,
    },
    {
      text: `peak memory of the generator: ${formatMiB(peakRssBytes)}; limit ${formatMiB(mostRssBytes)}`,
      holds: peakRssBytes <= mostRssBytes,
    },
    {
      text: `${failures} of ${formatCount(engine.length * connections * bodiesPerConnection)} bodies failed`,
      holds: failures === 0,
    },
    {
      text: `what the kernel gave the generator to read, beyond its sockets' own count of ${formatCount(engine[0]?.wireBytes ?? 0)} bytes an arm: ${formatCount(Math.min(...others))} to ${formatCount(Math.max(...others))} bytes; allowed: 0 to ${formatCount(mostOtherBytes)}`,
      holds: others.every((bytes) => bytes >= 0 && bytes <= mostOtherBytes),
    },
  ];
}

function describeArm({ bytesPerSecond, cpuSecondsPerGb }: Arm): string {
  return `${formatCount(bytesPerSecond / 1e6)} MB/s, ${cpuSecondsPerGb.toFixed(3)} CPU-s/GB`;
}
