import { table } from '../../../bench/report/markdown/markdown.ts';
import { compareRatios, findMedian, formatRatio } from '../compare-ratios.ts';
import type { ValidationResult } from '../validation.ts';
import { measureBurst } from './measure-burst.ts';
import { runRounds } from './run-rounds.ts';
import { modelPath, type Stage } from './stage.ts';

const mostRatio = 1.25;
/** Bodies for each client: few clients take as long to be measured as many, by a service as warm. */
const bodiesEach = { '10': 40, '100': 4, '1000': 1 } as const;
type Clients = keyof typeof bodiesEach;

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
      const { bytesPerSecond } = await measureBurst(url + modelPath, Number(clients), bodiesEach[clients]);
      return bytesPerSecond;
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
      ['clients, defaults', 'bodies each', 'MB/s'],
      arms.map((arm) => [
        arm,
        String(bodiesEach[arm]),
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
