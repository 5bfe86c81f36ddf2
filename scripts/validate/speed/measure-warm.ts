import { startNullServer } from '../../../bench/measure/start-null-server.ts';
import { table } from '../../../bench/report/markdown/markdown.ts';
import { compareRatios, findMedian, formatRatio } from '../compare-ratios.ts';
import { readProcessGroup } from '../read-process-group.ts';
import { startChild } from '../start-child.ts';
import type { Judgement, ValidationResult } from '../validation.ts';
import { askForBurst, type Burst } from './measure-burst.ts';
import { runRounds } from './run-rounds.ts';
import { bodyBytes, modelPath, type ServiceArm, type Stage } from './stage.ts';

const leastGain = { streamed: 4.5, seed: 6, 'null server': 0.85 } as const;
const mostSpread = 1.2;
const leastSaving = 6;
/** Of a core: from there on the client may be what is measured. */
const clientBound = 0.9;
/** Bursts of a round: those of slow services are long enough alone. */
const bursts = { defaults: 3, streamed: 1, seed: 1, 'null server': 3 } as const;

type Arm = ServiceArm | 'null server';

interface WarmRound extends Omit<Burst, 'seconds'> {
  /** Null of the null server, which nobody is charged for. */
  readonly cpuSecondsPerGb: number | null;
}

/** Bursts of 100 clients on processes that have served some downloads already. */
export async function measureWarm(
  stage: Stage,
  rounds: number,
  say: (text: string) => void,
): Promise<ValidationResult> {
  const measured = await runRounds<Arm, WarmRound>(
    rounds,
    21,
    {
      defaults: () => measureService(stage, 'defaults'),
      streamed: () => measureService(stage, 'streamed'),
      seed: () => measureService(stage, 'seed'),
      'null server': measureNullServer,
    },
    (round, number) => say(`warm, round ${number} of ${rounds}: ${describe(round)}`),
  );
  return { table: render(measured), judgements: judge(measured) };
}

function measureService(stage: Stage, arm: ServiceArm): Promise<WarmRound> {
  return stage.withService(arm, async (service) => {
    await stage.fetchWhole(service);
    const readCpuSeconds = () => readProcessGroup(service.pid).cpuSeconds;
    return measureBursts(service.url + modelPath, bursts[arm], readCpuSeconds);
  });
}

async function measureNullServer(): Promise<WarmRound> {
  const server = await startNullServer();
  try {
    const round = await measureBursts(`${server.url}/bytes/${bodyBytes}`, bursts['null server'], () => 0);
    return { ...round, cpuSecondsPerGb: null };
  } finally {
    await server.stop();
  }
}

async function measureBursts(url: string, count: number, readCpuSeconds: () => number): Promise<WarmRound> {
  const client = await startChild('bare-client', null);
  try {
    await askForBurst(client, url, 10, 2);
    const startCpu = readCpuSeconds();
    const all: Burst[] = [];
    while (all.length < count) all.push(await askForBurst(client, url, 100, 1));
    const median = (read: (burst: Burst) => number) => findMedian(all.map(read));
    return {
      bytesPerSecond: median((burst) => burst.bytesPerSecond),
      spread: median((burst) => burst.spread),
      clientBusy: median((burst) => burst.clientBusy),
      cpuSecondsPerGb: ((readCpuSeconds() - startCpu) * 1e9) / (count * 100 * bodyBytes),
    };
  } finally {
    await client.stop();
  }
}

type Rounds = readonly Readonly<Record<Arm, WarmRound>>[];

const arms = Object.keys(bursts) as Arm[];

function describe(round: Readonly<Record<Arm, WarmRound>>): string {
  return arms.map((arm) => `${arm} ${(round[arm].bytesPerSecond / 1e6).toFixed(0)} MB/s`).join(', ');
}

function render(rounds: Rounds): string {
  const rows = arms.map((arm) => {
    const median = (read: (round: WarmRound) => number) => findMedian(rounds.map((round) => read(round[arm])));
    const busy = median(({ clientBusy }) => clientBusy);
    return [
      arm,
      (median(({ bytesPerSecond }) => bytesPerSecond) / 1e6).toFixed(0),
      median(({ spread }) => spread).toFixed(2),
      arm === 'null server' ? '' : median(({ cpuSecondsPerGb }) => cpuSecondsPerGb ?? Number.NaN).toFixed(3),
      `${(100 * busy).toFixed(0)} %${busy > clientBound ? ', client-bound' : ''}`,
    ];
  });
  return table(
    ['warm burst, 100 clients', 'MB/s', 'last over first client', 'CPU-s/GB', 'client, of a core'],
    rows,
    'lrrrr',
  );
}

function judge(rounds: Rounds): Judgement[] {
  const compare = (pick: (round: Readonly<Record<Arm, WarmRound>>) => readonly [number, number]) =>
    compareRatios(rounds.map(pick), 0.95);
  const n = `${rounds.length} rounds, 95 % interval`;
  const gains = (Object.keys(leastGain) as (keyof typeof leastGain)[]).map((other): Judgement => {
    const gain = compare((round) => [round.defaults.bytesPerSecond, round[other].bytesPerSecond]);
    return {
      text: `the defaults' throughput over that of ${other}: ${formatRatio(gain)}, ${n}; at least ${leastGain[other]}`,
      holds: gain.estimate >= leastGain[other],
    };
  });
  const spreads = rounds.map(({ defaults }) => defaults.spread);
  const spread = findMedian(spreads);
  const saving = compare(({ streamed, defaults }) => [
    streamed.cpuSecondsPerGb ?? Number.NaN,
    defaults.cpuSecondsPerGb ?? Number.NaN,
  ]);
  return [
    ...gains,
    {
      text: `the last client over the first, defaults: median ${spread.toFixed(2)}, ${Math.min(...spreads).toFixed(2)} to ${Math.max(...spreads).toFixed(2)}; at most ${mostSpread}`,
      holds: spread <= mostSpread,
    },
    {
      text: `CPU-s/GB of streamed over that of the defaults: ${formatRatio(saving)}, ${n}; at least ${leastSaving}`,
      holds: saving.estimate >= leastSaving,
    },
  ];
}
