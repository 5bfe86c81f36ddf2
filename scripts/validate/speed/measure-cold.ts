import { table } from '../../../bench/report/markdown/markdown.ts';
import { compareRatios, findMedian, formatRatio } from '../compare-ratios.ts';
import { readProcessGroup } from '../read-process-group.ts';
import type { ServiceUnderTest } from '../start-service-under-test.ts';
import type { ValidationResult } from '../validation.ts';
import { measureBurst } from './measure-burst.ts';
import { runRounds } from './run-rounds.ts';
import { modelPath, type Stage } from './stage.ts';

const mostRatio = 1.35;

interface ColdRound {
  readonly seconds: number;
  readonly gets: number;
  readonly workers: number;
}

/** The first burst of a fresh process, beside one of a process that has served a burst, and one read of S3 alone. */
export async function measureCold(
  stage: Stage,
  rounds: number,
  say: (text: string) => void,
): Promise<ValidationResult> {
  const measured = await runRounds(
    rounds,
    22,
    {
      cold: () => measureFirst(stage),
      warm: () => measureSecond(stage),
      fetch: () => measureRead(stage),
    },
    ({ cold, warm, fetch }, number) =>
      say(
        `cold, round ${number} of ${rounds}: cold ${cold.seconds.toFixed(2)} s with ${cold.gets} GETs, warm ${warm.seconds.toFixed(2)} s, one read of S3 ${fetch.seconds.toFixed(2)} s`,
      ),
  );
  const ratio = compareRatios(
    measured.map(({ cold, warm, fetch }) => [cold.seconds, warm.seconds + fetch.seconds]),
    0.95,
  );
  const row = (arm: 'cold' | 'warm' | 'fetch', name: string) => [
    name,
    findMedian(measured.map((round) => round[arm].seconds)).toFixed(3),
    String(Math.max(...measured.map((round) => round[arm].gets))),
  ];
  return {
    table: table(
      ['burst, 100 clients, defaults', 's', 'GETs at S3, most'],
      [
        row('cold', 'the first of a process'),
        row('warm', 'the second of a process'),
        row('fetch', 'one client that reads S3 itself, once'),
      ],
      'lrr',
    ),
    judgements: [
      {
        text: `a cold burst over a warm one and one read of S3: ${formatRatio(ratio)}, ${rounds} rounds, 95 % interval; at most ${mostRatio}`,
        holds: ratio.estimate <= mostRatio,
      },
      {
        text: `GETs at S3 of a cold burst: at most ${Math.max(...measured.map(({ cold }) => cold.gets))}; allowed: one a worker, ${measured[0]?.cold.workers}`,
        holds: measured.every(({ cold }) => cold.gets >= 1 && cold.gets <= cold.workers),
      },
    ],
  };
}

function measureFirst(stage: Stage): Promise<ColdRound> {
  return stage.withService('defaults', (service) => measureNext(stage, service));
}

function measureSecond(stage: Stage): Promise<ColdRound> {
  return stage.withService('defaults', async (service) => {
    await measureNext(stage, service);
    return measureNext(stage, service);
  });
}

/** Of S3 itself, by one client. */
async function measureRead({ presignedUrl, countGets }: Stage): Promise<ColdRound> {
  const before = await countGets();
  const { seconds } = await measureBurst(presignedUrl, 1);
  return { seconds, gets: (await countGets()) - before, workers: 0 };
}

async function measureNext(stage: Stage, { url, pid }: ServiceUnderTest): Promise<ColdRound> {
  const before = await stage.countGets();
  const { seconds } = await measureBurst(url + modelPath);
  const gets = (await stage.countGets()) - before;
  return { seconds, gets, workers: readProcessGroup(pid).workers };
}
