import { table } from '../../../bench/report/markdown/markdown.ts';
import { findMedian } from '../compare-ratios.ts';
import type { ProbeTimes } from '../processes/health-prober.ts';
import { startChild } from '../start-child.ts';
import type { ServiceUnderTest } from '../start-service-under-test.ts';
import type { ValidationResult } from '../validation.ts';
import { askForBurst } from './measure-burst.ts';
import { modelPath, type Stage } from './stage.ts';

const burstsPerRound = 8;
const kinds = [
  { field: 'keptAliveMs', name: 'on a connection that stays', mostMs: 50 },
  { field: 'newMs', name: 'on a new connection each', mostMs: 150 },
] as const;

/** How long `/health/live` takes during bursts that follow each other: 100 new clients every time. */
export async function measureHealth(
  stage: Stage,
  rounds: number,
  say: (text: string) => void,
): Promise<ValidationResult> {
  const measured: ProbeTimes[] = [];
  while (measured.length < rounds) {
    const round = await stage.withService('defaults', (service) => probeBursts(stage, service));
    measured.push(round);
    const p99s = kinds.map(({ field, name }) => `${name} ${findQuantile(round[field], 0.99).toFixed(0)} ms`);
    say(`health, round ${measured.length} of ${rounds}: p99 ${p99s.join(', ')}`);
  }
  const median = (field: keyof ProbeTimes, quantile: number) =>
    findMedian(measured.map((round) => findQuantile(round[field], quantile)));
  return {
    table: table(
      ['/health/live during bursts, defaults', 'probes a round', 'p50 (ms)', 'p99 (ms)', 'most (ms)'],
      kinds.map(({ field, name }) => [
        name,
        String(findMedian(measured.map((round) => round[field].length))),
        ...[0.5, 0.99, 1].map((quantile) => median(field, quantile).toFixed(1)),
      ]),
      'lrrrr',
    ),
    judgements: kinds.map(({ field, name, mostMs }) => {
      const p99s = measured.map((round) => findQuantile(round[field], 0.99));
      const p99 = findMedian(p99s);
      return {
        text: `p99 of /health/live ${name}: median ${p99.toFixed(0)} ms, ${Math.min(...p99s).toFixed(0)} to ${Math.max(...p99s).toFixed(0)}, ${rounds} rounds; at most ${mostMs}`,
        holds: p99 <= mostMs,
      };
    }),
  };
}

async function probeBursts(stage: Stage, service: ServiceUnderTest): Promise<ProbeTimes> {
  await stage.fetchWhole(service);
  const client = await startChild('bare-client', null);
  const prober = await startChild('health-prober', service.url);
  try {
    await askForBurst(client, service.url + modelPath, 10, 2);
    await prober.ask('what was before the bursts');
    for (let burst = 1; burst <= burstsPerRound; burst += 1) {
      await askForBurst(client, service.url + modelPath, 100, 1);
    }
    return (await prober.ask('what was during them')) as ProbeTimes;
  } finally {
    await prober.stop();
    await client.stop();
  }
}

/** By nearest rank. */
function findQuantile(times: readonly number[], quantile: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? Number.NaN;
}
