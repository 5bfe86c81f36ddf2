import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { assessSteadiness } from '../metrics/assess-steadiness.ts';
import { listLatenciesMs } from '../metrics/attempt-times.ts';
import { checkIdentities } from '../metrics/check-identities.ts';
import { describeDistribution } from '../metrics/distribution.ts';
import { buildIntervalSeries } from '../metrics/interval-series.ts';
import { buildLatencyHistogram, encodeLatencyHistogram } from '../metrics/latency-histogram.ts';
import { measureFairness } from '../metrics/measure-fairness.ts';
import { mergeParts } from '../metrics/merge-parts.ts';
import { summariseRequests } from '../metrics/summarise-requests.ts';
import { buildReport } from '../report/build-report.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { openRate } from '../scenarios/open-rate.ts';
import { sustained100 } from '../scenarios/sustained-100.ts';
import { zipf500 } from '../scenarios/zipf-500.ts';
import { createMeasurement, createRandom, createReportInput, generateBurst, target } from './burst-fixture.ts';
import { generateOpen, generateSustained } from './steady-fixture.ts';

const test = suite('run metrics');
const burst = generateBurst();
const sustained = generateSustained();
const sustainedScenario = {
  ...overrideScenario(sustained100, { vus: 10 }),
  durationSeconds: 12,
} as typeof sustained100;
const open = generateOpen();
const openScenario = { ...openRate, rate: 50, durationSeconds: 10 };

test('starts, ends and verified bytes of the intervals add up to the attempts, and nothing is in flight at the end', () => {
  const attempts = sustained.map(
    (attempt, index): Attempt => (index % 9 === 0 ? { ...attempt, outcome: 'aborted' } : attempt),
  );
  const series = buildIntervalSeries(attempts, 100);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const successes = attempts.filter(({ outcome }) => outcome === 'ok').length;
  assert.is(sum(series.starts), attempts.length);
  assert.is(sum(series.ends), attempts.length);
  assert.is(sum(series.verified_bytes), successes * target.size_bytes);
  assert.is(series.in_flight.at(-1), 0);
  assert.ok(series.in_flight.every((count) => count >= 0 && count <= 10));
});

test('steadiness is not assessable below thirty intervals', () => {
  assert.is(assess({ interval_ms: 100, bytes: new Array(30).fill(5) }), null);
  assert.is(assess({ interval_ms: 100, bytes: new Array(31).fill(5) })?.intervals, 30);
});

test('a warm-up is found where it is, and steady noise is neither a warm-up nor a slowdown', () => {
  const level = (index: number) => (index < 20 ? 100 + 45 * index : 1_000);
  assert.is(assess(series(level))?.warm_up_ms, 2_000);
  const steady = assess(series(() => 1_000));
  assert.ok((steady?.warm_up_ms ?? 0) <= 1_000);
  assert.is(steady?.change, 0);
});

test('false alarms of a slowdown stay near one in twenty', () => {
  let alarms = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    if (assess(series(() => 1_000, seed, 0.4))?.change !== 0) alarms += 1;
  }
  assert.ok(alarms <= 20, String(alarms));
});

test('a throughput that falls by three tenths is a slowdown of that size', () => {
  const change = assess(series((index) => 1_000 - 3 * index))?.change ?? 0;
  assert.ok(change < -0.2 && change > -0.4, String(change));
});

test('what comes after the last request was started is no slowdown, and none is more than all', () => {
  const drained = series((index) => (index < 60 ? 1_000 : Math.max(0, 1_000 - 50 * (index - 60))));
  assert.ok((assess(drained)?.change ?? 0) < -0.1);
  assert.is(assess(drained, 6_000)?.change, 0);
  const stopping = series((index) => (index < 30 ? 1_000 : 20));
  assert.ok((assess(stopping)?.change ?? -2) >= -1);
});

test('bytes that no attempt accounts for break the identity of bytes and make the run invalid', () => {
  const sound = createMeasurement(burst);
  const wire = { socket: (sound.wire?.socket ?? 0) + 1, attempts: 0, discarded: 0 };
  const report = buildReport(createReportInput(burst, { measurement: { ...sound, wire } }));
  assert.is(report.verdict.value, 'invalid');
  assert.match(report.verdict.reasons.join(), 'bytes of the sockets: 2,483,417,900 instead of 2,483,417,901');
});

test('a request that is in no row makes the run invalid, one that was dropped does not', () => {
  const lost = createMeasurement(open.slice(1));
  assert.is(find(checkIdentities(lost, openScenario), 'requests planned')?.holds, false);
  const dropped = { ...lost, droppedIterations: 1 };
  assert.is(find(checkIdentities(dropped, openScenario), 'requests planned')?.holds, true);
});

test('a burst that its longest duration cut short may have made fewer requests, never more', () => {
  const holds = (iterations: number, cutByMaxDuration: boolean) =>
    find(
      checkIdentities(createMeasurement(burst, { cutByMaxDuration }), { ...zipf500, iterations }),
      'requests planned',
    )?.holds;
  assert.is(holds(100, false), true);
  assert.is(holds(101, false), false);
  assert.is(holds(101, true), true);
  assert.is(holds(99, true), false);
});

test('a load that was stopped is not held against its plan', () => {
  const stopped = createMeasurement(open.slice(9), { stoppedBecause: 'Ctrl-C' });
  assert.is(find(checkIdentities(stopped, openScenario), 'requests planned'), undefined);
});

test('virtual users that wait for their generator are found by the gaps between their requests', () => {
  const idle = (attempts: readonly Attempt[]) =>
    find(checkIdentities(createMeasurement(attempts), sustainedScenario), 'idle share');
  assert.is(idle(sustained)?.holds, true);
  assert.is(idle(generateSustained({ gapMs: 30 }))?.holds, false);
  const refused = generateSustained({ gapMs: 30 }).map(
    (attempt): Attempt => ({ ...attempt, outcome: 'connect_failed', first_byte_ms: null }),
  );
  assert.is(idle(refused)?.holds, true);
});

test('starts that come later than 25 ms at p99 are told', () => {
  const lateness = (attempts: readonly Attempt[]) =>
    find(checkIdentities(createMeasurement(attempts), openScenario), 'lateness');
  assert.is(lateness(generateOpen({ pauseMs: 0 }))?.holds, true);
  assert.is(lateness(open)?.holds, false);
});

test('a pause of the service shows in response times of the open model, not in service times', () => {
  const { black_box } = buildReport(
    createReportInput(open, { scenario: openScenario, measurement: createMeasurement(open) }),
  );
  assert.ok((black_box.metrics.latency.p99_ms ?? 0) < 30);
  assert.ok((black_box.response_time?.p99_ms ?? 0) > 1_900);
  assert.is(black_box.start_delay?.count, 500);
});

test("Jain's index is 1 when clients get the same and 1 / n when one gets all", () => {
  assert.is(measureFairness(burst)?.jain_index, 1);
  const one = burst.map(
    (attempt): Attempt => (attempt.client === 0 ? attempt : { ...attempt, outcome: 'aborted' }),
  );
  assert.equal(measureFairness(one), {
    clients: 100,
    jain_index: 0.01,
    fewest_successes: 0,
    most_successes: 1,
  });
  assert.is(measureFairness([]), null);
});

test('every request is in exactly one kind, and beyond twenty kinds the rest is one row', () => {
  const random = createRandom(9);
  const attempts = generateBurst({ clients: 1_000 }).map((attempt) => ({
    ...attempt,
    request: `model-${Math.floor(60 * random() ** 3)}`,
  }));
  const kinds = summariseRequests(attempts);
  assert.is(kinds.length, 20);
  assert.is(kinds.at(-1)?.request, '(others)');
  assert.is(
    kinds.reduce((sum, kind) => sum + kind.requests, 0),
    1_000,
  );
  assert.is(
    kinds.reduce((sum, kind) => sum + kind.latency.count, 0),
    1_000,
  );
  const named = attempts.filter(({ request }) => request === kinds[0]?.request);
  assert.equal(kinds[0]?.latency, describeDistribution(listLatenciesMs(named)));
});

test('the kind that moved the most bytes stands first, however seldom it was asked for', () => {
  const attempts = generateBurst({ clients: 200 }).map((attempt) =>
    attempt.client === 7
      ? { ...attempt, request: 'large' }
      : { ...attempt, request: `small-${attempt.client % 40}`, body_bytes: 10 },
  );
  assert.is(summariseRequests(attempts)[0]?.request, 'large');
  assert.not.ok(summariseRequests(attempts, 'requests').some(({ request }) => request === 'large'));
});

test('parts merge into the histogram of all, whatever the split, and say so', () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = createRandom(seed);
    const parts: Attempt[][] = [[], [], []];
    for (const attempt of sustained) parts[Math.floor(3 * random())]?.push(attempt);
    const merged = mergeParts(parts.map(toPart), { parts: 3, requests: sustained.length });
    assert.is(merged.statement, '3 of 3 parts, requests reconciled');
    assert.is(
      encodeLatencyHistogram(merged.histogram),
      encodeLatencyHistogram(buildLatencyHistogram(listLatenciesMs(sustained))),
    );
  }
});

test('a missing part, a lost request and a histogram of another size are INCOMPLETE by name', () => {
  const parts = [burst.slice(0, 50), burst.slice(50)].map(toPart);
  const [first] = parts;
  if (first === undefined) throw new Error('no fixture');
  const state = (given: typeof parts, requests = 100) => mergeParts(given, { parts: 2, requests }).statement;
  assert.is(state([first]), 'INCOMPLETE: 1 of 2 parts; 50 of 100 requests');
  assert.is(state(parts, 101), 'INCOMPLETE: 100 of 101 requests');
  assert.is(
    state([{ ...first, samples: 49 }, ...parts.slice(1)]),
    'INCOMPLETE: part 1 holds 50 samples instead of 49',
  );
});

test('percentiles of a million samples take less than two seconds', () => {
  const random = createRandom(2);
  const startedMs = performance.now();
  const { count, p99_ms } = describeDistribution(
    (function* () {
      for (let index = 0; index < 1e6; index += 1) yield random() * 1_000;
    })(),
  );
  assert.is(count, 1e6);
  assert.ok(Math.abs((p99_ms ?? 0) - 990) < 1);
  assert.ok(performance.now() - startedMs < 2_000);
});

test.run();

/** As of a load whose last request started at its end. */
function assess(received: Parameters<typeof assessSteadiness>[0], lastStartMs = Number.POSITIVE_INFINITY) {
  return assessSteadiness(received, lastStartMs);
}

function series(level: (index: number) => number, seed = 1, noise = 0.05) {
  const random = createRandom(seed);
  const bytes = Array.from({ length: 101 }, (_, index) =>
    Math.round(level(index) * (1 + noise * (random() - 0.5))),
  );
  return { interval_ms: 100, bytes };
}

function find<Named extends { name: string }>(all: readonly Named[], start: string): Named | undefined {
  return all.find(({ name }) => name.startsWith(start));
}

function toPart(attempts: readonly Attempt[]) {
  return {
    histogram: encodeLatencyHistogram(buildLatencyHistogram(listLatenciesMs(attempts))),
    samples: attempts.length,
    requests: attempts.length,
    fault: null,
  };
}
