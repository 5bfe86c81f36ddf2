import { table } from '../../../bench/report/markdown/markdown.ts';
import { compareRatios, findMedian, formatRatio } from '../compare-ratios.ts';
import { startChild } from '../start-child.ts';
import type { ValidationResult } from '../validation.ts';
import { askForBurst, measureBurst } from './measure-burst.ts';
import { runRounds } from './run-rounds.ts';
import { bodyBytes, modelPath, type Stage } from './stage.ts';

const mostRatio = 1.25;
/**
 * One after the other, each of new clients with one body each: few clients take about as long to be measured as many, and
 * a connection has as much to carry. The kernel grows the buffers of one that is kept, until they outgrow the caches.
 */
const bursts = { '10': 40, '100': 4, '1000': 1 } as const;
type Clients = keyof typeof bursts;

const arms: readonly Clients[] = ['10', '100', '1000'];
const pairs = [
  ['10', '100'],
  ['1000', '100'],
  ['1000', '10'],
] as const;

/** The throughput of 10, 100 and 1,000 clients, on a fresh process that has served some downloads already. */
export async function measureScale(
  stage: Stage,
  rounds: number,
  say: (text: string) => void,
): Promise<ValidationResult> {
  const measure = (clients: Clients) => () =>
    stage.withService('defaults', async ({ url }) => {
      await measureBurst(url + modelPath, 10, 2);
      return measureBursts(url + modelPath, Number(clients), bursts[clients]);
    });
  const measured = await runRounds<Clients, number>(
    rounds,
    24,
    { '10': measure('10'), '100': measure('100'), '1000': measure('1000') },
    (round, number) =>
      say(
        `scale, round ${number} of ${rounds}: ${arms.map((arm) => `${arm} clients ${(round[arm] / 1e6).toFixed(0)} MB/s`).join(', ')}`,
      ),
  );
  return {
    table: table(
      ['clients, defaults', 'bursts', 'MB/s'],
      arms.map((arm) => [
        arm,
        String(bursts[arm]),
        (findMedian(measured.map((round) => round[arm])) / 1e6).toFixed(0),
      ]),
      'rrr',
    ),
    judgements: pairs.map(([one, other]) => {
      const ratio = compareRatios(
        measured.map((round) => [round[one], round[other]]),
        0.95,
      );
      return {
        text: `throughput of ${one} clients over that of ${other}: ${formatRatio(ratio)}, ${rounds} rounds, 95 % interval; allowed: ${1 / mostRatio} to ${mostRatio}`,
        holds: ratio.estimate >= 1 / mostRatio && ratio.estimate <= mostRatio,
      };
    }),
  };
}

/** Of all bursts together, in bytes a second; what lies between two of them does not count. */
async function measureBursts(url: string, clients: number, count: number): Promise<number> {
  const client = await startChild('bare-client', null);
  try {
    let seconds = 0;
    for (let burst = 0; burst < count; burst += 1) {
      seconds += (await askForBurst(client, url, clients, 1)).seconds;
    }
    return (count * clients * bodyBytes) / seconds;
  } finally {
    await client.stop();
  }
}
