import { listLatenciesMs } from '../../bench/metrics/attempt-times.ts';
import { describeDistribution } from '../../bench/metrics/distribution.ts';
import { formatCount } from '../../bench/report/format.ts';
import { table } from '../../bench/report/markdown/markdown.ts';
import { compareRatios, findMedian, formatRatio } from './compare-ratios.ts';
import { interleave, type Pair } from './interleave.ts';
import type { Recording, RecordingOrder } from './processes/recording-server.ts';
import { repeatDisturbed } from './repeat-disturbed.ts';
import { runEngine } from './run-engine.ts';
import { requireWrk, runWrk } from './run-wrk.ts';
import { startChild } from './start-child.ts';
import type { Judgement, ValidationResult } from './validation.ts';

const pairCount = 8;
const armSeconds = 5;
const connections = 10;
const warmUpRequests = 200;
const mostDifference = 0.05;
const percentiles = ['p50Ms', 'p95Ms', 'p99Ms'] as const;

interface Arm extends Record<(typeof percentiles)[number], number> {
  /** By the client. */
  readonly answers: number;
  readonly failures: number;
  /** By the server. */
  readonly received: number;
  readonly answered: number;
}

/**
 * Each arm has a fresh server, warm from 200 requests, which answers after 20 ms and an exponential jitter of 3 ms in the mean, the same ones
 * in both arms of a pair. Equivalent: the 90 % interval of the pairs' ratios lies within 5 %, which is two one-sided
 * tests at 5 %. An arm that other programs disturb is measured anew.
 */
export async function compareWithWrk(say: (text: string) => void): Promise<ValidationResult> {
  await requireWrk();
  const pairs = await interleave(
    pairCount,
    20_261_124,
    repeatDisturbed((pair) => withServer(pair, measureByEngine), say),
    repeatDisturbed((pair) => withServer(pair, measureByWrk), say),
    ({ one, other }, number) =>
      say(`pair ${number} of ${pairCount}: engine ${describeArm(one)}; wrk ${describeArm(other)}`),
  );
  const ratios = percentiles.map((percentile) => ({
    percentile,
    ratio: compareRatios(
      pairs.map(({ one, other }) => [one[percentile], other[percentile]]),
      0.9,
    ),
  }));
  const rows = ratios.map(({ percentile, ratio }) => [
    percentile.slice(0, 3),
    findMedian(pairs.map(({ one }) => one[percentile])).toFixed(2),
    findMedian(pairs.map(({ other }) => other[percentile])).toFixed(2),
    formatRatio(ratio),
  ]);
  return {
    table: table(['', 'engine (ms)', 'wrk (ms)', 'ratio (90 % interval)'], rows, 'lrrr'),
    judgements: [
      ...ratios.map(({ percentile, ratio }) => ({
        text: `${percentile.slice(0, 3)} of engine and wrk equivalent within 5 %: ${formatRatio(ratio)}`,
        holds: ratio.low >= 1 - mostDifference && ratio.high <= 1 + mostDifference,
      })),
      ...judgeCounts(pairs),
    ],
  };
}

async function withServer(
  seed: number,
  measure: (url: string) => Promise<Omit<Arm, 'received' | 'answered'>>,
): Promise<Arm> {
  const server = await startChild('recording-server', {
    seed,
    delayMs: 20,
    jitterMs: 3,
  } satisfies RecordingOrder);
  try {
    const { url } = server.greeting as { url: string };
    await Promise.all(Array.from({ length: warmUpRequests }, async () => (await fetch(url)).text()));
    await server.ask('recording');
    const arm = await measure(url);
    const { arrivalsMs, answered } = (await server.ask('recording')) as Recording;
    return { ...arm, received: arrivalsMs.length, answered };
  } finally {
    await server.stop();
  }
}

async function measureByEngine(url: string): Promise<Omit<Arm, 'received' | 'answered'>> {
  const { attempts } = await runEngine({
    url,
    scenario: {
      name: 'wrk',
      executor: 'constant-vus',
      vus: connections,
      duration: `${armSeconds}s`,
      request: { path: '/', expect: { bytes: 6 } },
    },
  });
  const { median_ms, p95_ms, p99_ms } = describeDistribution(listLatenciesMs(attempts));
  const answers = attempts.filter(({ outcome }) => outcome === 'ok').length;
  return {
    p50Ms: median_ms ?? Number.NaN,
    p95Ms: p95_ms ?? Number.NaN,
    p99Ms: p99_ms ?? Number.NaN,
    answers,
    failures: attempts.length - answers,
  };
}

async function measureByWrk(url: string): Promise<Omit<Arm, 'received' | 'answered'>> {
  const { requests, errors, ...latencies } = await runWrk(url, connections, armSeconds);
  return { ...latencies, answers: requests, failures: errors };
}

/** The engine drains what is in flight; wrk leaves it, which is one request a connection at most. */
function judgeCounts(pairs: readonly Pair<Arm, Arm>[]): Judgement[] {
  const engine = sumArms(pairs.map(({ one }) => one));
  const wrk = sumArms(pairs.map(({ other }) => other));
  const left = pairs.map(({ other }) => other.received - other.answers);
  return [
    {
      text: `engine: ${formatCount(engine.answers)} answers, the server counts ${formatCount(engine.received)} requests and ${formatCount(engine.answered)} answers; ${engine.failures} failures`,
      holds: pairs.every(({ one }) => one.answers === one.received && one.answers === one.answered),
    },
    {
      text: `wrk: ${formatCount(wrk.answers)} answers, the server counts ${formatCount(wrk.received)} requests; the difference is what wrk left in flight, ${Math.min(...left)} to ${Math.max(...left)} an arm on ${connections} connections; ${wrk.failures} failures`,
      holds: wrk.failures === 0 && left.every((requests) => requests >= 0 && requests <= connections),
    },
  ];
}

function sumArms(arms: readonly Arm[]): Record<'answers' | 'failures' | 'received' | 'answered', number> {
  const sum = (pick: (arm: Arm) => number) => arms.reduce((total, arm) => total + pick(arm), 0);
  return {
    answers: sum((arm) => arm.answers),
    failures: sum((arm) => arm.failures),
    received: sum((arm) => arm.received),
    answered: sum((arm) => arm.answered),
  };
}

function describeArm({ p50Ms, p95Ms, p99Ms, answers }: Arm): string {
  return `${p50Ms.toFixed(2)} / ${p95Ms.toFixed(2)} / ${p99Ms.toFixed(2)} ms of ${answers}`;
}
