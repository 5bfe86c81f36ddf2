import { type ShapingProxy, startShapingProxy } from '../../bench/lab/start-shaping-proxy.ts';
import { startNullServer } from '../../bench/measure/start-null-server.ts';
import { describeDistribution } from '../../bench/metrics/distribution.ts';
import { table } from '../../bench/report/markdown/markdown.ts';
import type { ScenarioOptions } from '../../bench/scenario/scenario-options.ts';
import { compareRatios, findMedian, formatRatio } from './compare-ratios.ts';
import { interleave, type Pair } from './interleave.ts';
import { runEngine } from './run-engine.ts';
import type { ValidationResult } from './validation.ts';

const pairCount = 8;
const large = { clients: 100, bytes: 24_834_009, each: 1 };
const small = { clients: 10, bytes: 1_000, each: 200 };

interface Arm {
  readonly bytesPerSecond: number;
  readonly medianMs: number;
  readonly bodyBytes: number;
}

interface ProxyArm extends Arm {
  readonly cpuSecondsPerGb: number;
  readonly countedBytes: number;
}

/** What the shaping proxy costs by itself: the same loads straight from a null server and through a proxy that shapes nothing. */
export async function measureProxy(say: (text: string) => void): Promise<ValidationResult> {
  const server = await startNullServer();
  try {
    const proxy = await startShapingProxy(server.url, {});
    try {
      const bodies = await comparePairs(large, server.url, proxy, say);
      const answers = await comparePairs(small, server.url, proxy, say);
      return describe(bodies, answers);
    } finally {
      await proxy.stop();
    }
  } finally {
    await server.stop();
  }
}

type Load = typeof large;

function comparePairs(load: Load, url: string, proxy: ShapingProxy, say: (text: string) => void) {
  return interleave(
    pairCount,
    6,
    () => measureThrough(load, proxy),
    () => measure(load, url),
    ({ one, other }, number) =>
      say(
        `${load.bytes} B, pair ${number} of ${pairCount}: ${(one.bytesPerSecond / 1e6).toFixed(0)} and ${(other.bytesPerSecond / 1e6).toFixed(0)} MB/s`,
      ),
  );
}

async function measureThrough(load: Load, proxy: ShapingProxy): Promise<ProxyArm> {
  const before = await proxy.readCounts();
  const arm = await measure(load, proxy.url);
  const after = await proxy.readCounts();
  const countedBytes = (after.counts.bytes?.bytes ?? 0) - (before.counts.bytes?.bytes ?? 0);
  return {
    ...arm,
    countedBytes,
    cpuSecondsPerGb: (after.cpu_seconds - before.cpu_seconds) / (countedBytes / 1e9),
  };
}

async function measure({ clients, bytes, each }: Load, url: string): Promise<Arm> {
  const scenario: ScenarioOptions = {
    name: 'proxy',
    executor: 'per-vu-iterations',
    vus: clients,
    iterations: each,
    digestSampleRate: 0,
    request: { path: `/bytes/${bytes}`, expect: { bytes } },
  };
  const { attempts } = await runEngine({ url, scenario });
  const bodyBytes = attempts.reduce((sum, { body_bytes }) => sum + body_bytes, 0);
  const latencies = attempts.map(({ started_ms, ended_ms }) => ended_ms - started_ms);
  return {
    bytesPerSecond: (1_000 * bodyBytes) / Math.max(...attempts.map(({ ended_ms }) => ended_ms)),
    medianMs: describeDistribution(latencies).median_ms ?? Number.NaN,
    bodyBytes,
  };
}

type Pairs = readonly Pair<ProxyArm, Arm>[];

function describe(bodies: Pairs, answers: Pairs): ValidationResult {
  const goodput = compareRatios(
    bodies.map(({ one, other }) => [one.bytesPerSecond, other.bytesPerSecond]),
    0.9,
  );
  const addedMs = findMedian(answers.map(({ one, other }) => one.medianMs - other.medianMs));
  const cost = findMedian(bodies.map(({ one }) => one.cpuSecondsPerGb));
  const all = [...bodies, ...answers];
  return {
    table: table(
      ['Through the proxy, shaping off', 'found'],
      [
        ['goodput of 100 bodies of 24.8 MB, of that without it', formatRatio(goodput)],
        ['its CPU time', `${cost.toFixed(2)} CPU-s/GB`],
        ['added to the median of small answers, 10 clients', `${addedMs.toFixed(2)} ms`],
      ],
      'lr',
    ),
    judgements: [
      {
        text: 'proxy and client count the same bytes',
        holds: all.every(({ one }) => one.countedBytes === one.bodyBytes),
      },
    ],
  };
}
