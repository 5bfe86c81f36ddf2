import { findSpanMs, listLatenciesMs, listStartDelaysMs } from '../../bench/metrics/attempt-times.ts';
import { describeDistribution } from '../../bench/metrics/distribution.ts';
import { formatCount } from '../../bench/report/format.ts';
import { table } from '../../bench/report/markdown/markdown.ts';
import type { ScenarioOptions } from '../../bench/scenario/scenario-options.ts';
import { fitLine } from './fit-line.ts';
import type { EngineResult } from './processes/engine-client.ts';
import type { Recording, RecordingOrder } from './processes/recording-server.ts';
import { runEngine } from './run-engine.ts';
import { type Child, startChild } from './start-child.ts';
import type { Judgement, ValidationResult } from './validation.ts';

const arrivalSeconds = 60;
const rate = 100;
const mostDelayMs = 25;
/** Over the whole minute, by the fitted line. */
const mostDriftMs = 5;

const request = { path: '/', expect: { bytes: 6 } };
const arrivals: ScenarioOptions = {
  name: 'arrivals',
  executor: 'constant-arrival-rate',
  rate,
  duration: `${arrivalSeconds}s`,
  preAllocatedVUs: 50,
  request,
};
/** With how many requests each has to make; null where that follows from how fast they are answered. */
const closedLoads: readonly (readonly [planned: number | null, options: ScenarioOptions])[] = [
  [1_000, { name: 'burst', executor: 'per-vu-iterations', vus: 100, iterations: 10, request }],
  [1_003, { name: 'shared', executor: 'shared-iterations', vus: 7, iterations: 1_003, request }],
  [null, { name: 'constant', executor: 'constant-vus', vus: 20, duration: '3s', request }],
  [
    null,
    { name: 'ramp', executor: 'ramping-vus', startVUs: 1, stages: [{ duration: '3s', target: 30 }], request },
  ],
];

interface RecordedLoad {
  readonly options: ScenarioOptions;
  readonly planned: number | null;
  readonly result: EngineResult;
  readonly recording: Recording;
}

/** All five executors against a server that notes each request when it comes, in a process of its own. */
export async function measureDrift(say: (text: string) => void): Promise<ValidationResult> {
  const server = await startChild('recording-server', {
    seed: 1,
    delayMs: 5,
    jitterMs: 1,
  } satisfies RecordingOrder);
  try {
    const loads: RecordedLoad[] = [];
    for (const [planned, options] of [...closedLoads, [rate * arrivalSeconds, arrivals] as const]) {
      const load = await runLoad(server, planned, options);
      loads.push(load);
      say(`${options.executor}: ${formatCount(load.result.attempts.length)} requests`);
    }
    const [burst] = loads;
    const open = loads.at(-1);
    if (!burst || !open) throw new Error('No load was made.');
    return {
      table: table(
        [
          'executor',
          'planned',
          'in the ledger',
          'seen by the server',
          'seen in the ledger (s)',
          'at the server (s)',
        ],
        loads.map(renderLoad),
        'lrrrrr',
      ),
      judgements: [
        ...loads.map(judgeCount),
        ...loads.map(judgeResidence),
        ...judgeArrivals(open),
        ...judgeBurst(burst),
      ],
    };
  } finally {
    await server.stop();
  }
}

async function runLoad(server: Child, planned: number | null, options: ScenarioOptions): Promise<RecordedLoad> {
  const { url } = server.greeting as { url: string };
  await server.ask('recording');
  const result = await runEngine({ url, scenario: options });
  return { options, planned, result, recording: (await server.ask('recording')) as Recording };
}

function renderLoad({ options, planned, result, recording }: RecordedLoad): string[] {
  return [
    options.executor,
    planned === null ? '' : formatCount(planned),
    formatCount(result.attempts.length),
    formatCount(recording.arrivalsMs.length),
    (sumLatenciesMs(result) / 1_000).toFixed(2),
    (recording.residenceMs / 1_000).toFixed(2),
  ];
}

function judgeCount({ options, planned, result, recording }: RecordedLoad): Judgement {
  const { attempts, droppedIterations } = result;
  const counts = [attempts.length, recording.arrivalsMs.length, recording.answered, planned ?? attempts.length];
  return {
    text: `${options.executor}: planned, ledger and server agree on ${formatCount(attempts.length)} requests`,
    holds:
      droppedIterations === 0 &&
      new Set(counts).size === 1 &&
      attempts.every(({ outcome }) => outcome === 'ok'),
  };
}

/** No clock is compared: each side adds up its own durations. */
function judgeResidence({ options, result, recording }: RecordedLoad): Judgement {
  const share = sumLatenciesMs(result) / recording.residenceMs;
  return {
    text: `${options.executor}: the client waited ${share.toFixed(3)} times as long as the server took; at least once`,
    holds: share >= 1,
  };
}

function sumLatenciesMs({ attempts }: EngineResult): number {
  return [...listLatenciesMs(attempts)].reduce((sum, latency) => sum + latency, 0);
}

function judgeArrivals({ result, recording }: RecordedLoad): Judgement[] {
  const { p99_ms, max_ms } = describeDistribution(listStartDelaysMs(result.attempts));
  const own = fitLine(
    result.attempts.map(({ started_ms, intended_ms }) => [intended_ms ?? 0, started_ms - (intended_ms ?? 0)]),
  );
  // The server's clock has another origin, which is in the line's height and not in its slope.
  const seen = fitLine(
    [...recording.arrivalsMs]
      .sort((a, b) => a - b)
      .map((atMs, index) => {
        const intendedMs = (index * 1_000) / rate;
        return [intendedMs, atMs - intendedMs];
      }),
  );
  const drift = (slope: number) => slope * arrivalSeconds * 1_000;
  return [
    {
      text: `starts after their due times: p99 ${p99_ms?.toFixed(2)} ms, most ${max_ms?.toFixed(2)} ms; limit ${mostDelayMs} ms at p99`,
      holds: p99_ms !== null && p99_ms <= mostDelayMs,
    },
    ...(
      [
        ['ledger', own],
        ['server', seen],
      ] as const
    ).map(([witness, { slope }]) => ({
      text: `drift over ${arrivalSeconds} s by the ${witness}: ${drift(slope).toFixed(3)} ms; limit ${mostDriftMs} ms`,
      holds: Math.abs(drift(slope)) <= mostDriftMs,
    })),
  ];
}

/** Printed to be read beside latencies: what a client waited since the common release has no skew in it. */
function judgeBurst({ result }: RecordedLoad): Judgement[] {
  const firsts = new Map(result.attempts.toReversed().map((attempt) => [attempt.client, attempt]));
  const own = describeDistribution(listLatenciesMs(firsts.values()));
  const common = describeDistribution([...firsts.values()].map(({ ended_ms }) => ended_ms));
  const skewMs = result.generator.start_skew_ms;
  const format = (ms: number | null) => ms?.toFixed(1) ?? '–';
  return [
    {
      text:
        `burst: ${firsts.size} clients start within ${skewMs.toFixed(2)} ms; first requests, median and p99 from their own ` +
        `starts ${format(own.median_ms)} and ${format(own.p99_ms)} ms, from the common release ` +
        `${format(common.median_ms)} and ${format(common.p99_ms)} ms`,
      holds: skewMs <= mostDelayMs && (findSpanMs(result.attempts)?.startMs ?? -1) >= 0,
    },
  ];
}
