import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { startChild } from '../../scripts/validate/start-child.ts';
import { listLatenciesMs, listResponseTimesMs } from '../metrics/attempt-times.ts';
import { describeDistribution } from '../metrics/distribution.ts';
import type { Measurement } from '../metrics/measurement.ts';
import type { ScenarioOptions } from '../scenario/scenario-options.ts';
import { answerWith, closeRawServers, run, serveRaw } from './support/raw-server.ts';

const test = suite('injected delays');
test.after(closeRawServers);

const answer = answerWith(Buffer.from('a body'));
const samples = 2_000;
/** Of fifty requests in a row: what share waits how long, 2 % for half a second. */
const injected = [
  { delayMs: 0, count: 600 },
  { delayMs: 50, count: 1_360 },
  { delayMs: 500, count: 40 },
] as const;

function createRequest(): () => { name: string; path: string; expect: { bytes: number } } {
  let next = 0;
  return () => {
    next += 1;
    const place = next % 50;
    const delayMs = place === 0 ? 500 : place <= 15 ? 0 : 50;
    return { name: `${delayMs} ms`, path: `/${delayMs}`, expect: { bytes: 6 } };
  };
}

/** Never early, as a timer may be by part of a millisecond. */
function answerAfter(delayMs: number, act: () => void, startedMs = performance.now()): void {
  const leftMs = startedMs + delayMs - performance.now();
  if (leftMs <= 0) act();
  else setTimeout(() => answerAfter(delayMs, act, startedMs), leftMs);
}

async function measureDelays(
  load: Partial<ScenarioOptions>,
): Promise<Measurement & { attempts: readonly Attempt[] }> {
  const server = await serveRaw((socket, _request, head) =>
    answerAfter(Number(/^GET \/(\d+)/.exec(head)?.[1]), () => socket.write(answer)),
  );
  const measurement = await run(server.url, { timeout: '20s', request: createRequest(), ...load });
  assert.is(server.requests.length, samples);
  assert.is(measurement.attempts.length, samples);
  return measurement;
}

function assertDelays({ attempts, generator }: Measurement & { attempts: readonly Attempt[] }): void {
  const medians = injected.map(({ delayMs, count }) => {
    const kind = attempts.filter(({ request }) => request === `${delayMs} ms`);
    const { count: found, min_ms, mean_ms, median_ms } = describeDistribution(listLatenciesMs(kind));
    assert.is(found, count);
    assert.ok((min_ms ?? -1) >= delayMs, `${min_ms} ms is less than the ${delayMs} ms that were injected`);
    assert.ok((mean_ms ?? 9_999) < delayMs + 400, `${delayMs} ms came out as ${mean_ms} ms in the mean`);
    return median_ms ?? Number.NaN;
  });
  assert.ok((medians[0] ?? 0) < (medians[1] ?? 0) && (medians[1] ?? 0) < (medians[2] ?? 0), `${medians}`);
  const all = describeDistribution(listLatenciesMs(attempts));
  const isBetween = (ms: number | null, low: number, high: number) =>
    assert.ok(ms !== null && ms >= low && ms < high, `${ms} is not from ${low} to ${high} ms`);
  isBetween(all.median_ms, 50, 500);
  isBetween(all.p95_ms, 50, 500);
  isBetween(all.p99_ms, 500, 900);
  isBetween(all.mean_ms, (1_360 * 50 + 40 * 500) / samples, 400);
  // A machine that stops for so long makes slow samples of its own, and the generator says that it did.
  if (generator.timestamp_uncertainty_ms < 200) {
    assert.is([...listLatenciesMs(attempts)].filter((ms) => ms >= 500).length, 40);
  }
}

test('delays that were injected come out in the closed model', async () => {
  assertDelays(await measureDelays({ executor: 'shared-iterations', vus: 50, iterations: samples }));
});

test('delays that were injected come out in the open model, whose response times are never below its latencies', async () => {
  const measurement = await measureDelays({
    executor: 'constant-arrival-rate',
    rate: 500,
    duration: '4s',
    preAllocatedVUs: 400,
  });
  assertDelays(measurement);
  const latencies = [...listLatenciesMs(measurement.attempts)];
  const responses = [...listResponseTimesMs(measurement.attempts)];
  assert.is(responses.length, samples);
  assert.ok(responses.every((responseMs, index) => responseMs >= (latencies[index] ?? Number.NaN)));
});

test('a pause of 2 s is in every request that was due in it in the open model, and in one a client in the closed one', async () => {
  const server = await startChild('recording-server', { seed: 1, delayMs: 10, jitterMs: 0 });
  const { url } = server.greeting as { url: string };
  const request = { path: '/', expect: { bytes: 6 } };
  const rate = 100;
  const vus = 10;
  const thresholdMs = 500;
  try {
    const [pausedMs, open, closed] = await Promise.all([
      pause(server.pid, 1_000, 2_000),
      run(url, {
        executor: 'constant-arrival-rate',
        rate,
        duration: '4s',
        preAllocatedVUs: 400,
        timeout: '20s',
        request,
      }),
      run(url, { executor: 'constant-vus', vus, duration: '4s', timeout: '20s', request }),
    ]);
    assert.ok([...open.attempts, ...closed.attempts].every(({ outcome }) => outcome === 'ok'));
    const late = [...listResponseTimesMs(open.attempts)].filter((ms) => ms > thresholdMs);
    const due = ((pausedMs - thresholdMs) * rate) / 1_000;
    assert.ok(late.length >= Math.floor(due) - 1, `${late.length} late of ${due} that were due`);
    assert.ok(late.length <= due + 80, `${late.length} late of ${due} that were due`);
    assert.ok(Math.max(...late) > pausedMs - 100);
    const seenByClosed = [...listLatenciesMs(closed.attempts)].filter((ms) => ms > thresholdMs).length;
    assert.ok(seenByClosed >= vus && seenByClosed <= 3 * vus, `${seenByClosed} by ${vus} clients`);
    assert.ok((describeDistribution(listLatenciesMs(closed.attempts)).p95_ms ?? 999) < thresholdMs);
  } finally {
    await server.stop();
  }
});

test('what the generator itself held up is in the response times, not in the latencies', async () => {
  const server = await serveRaw((socket) => socket.write(answer));
  const blockedMs = 800;
  const [measurement] = await Promise.all([
    run(server.url, {
      executor: 'constant-arrival-rate',
      rate: 100,
      duration: '2s',
      preAllocatedVUs: 200,
      request: { path: '/', expect: { bytes: 6 } },
    }),
    sleep(800).then(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs)),
  ]);
  const { attempts, generator } = measurement;
  assert.is(attempts.length, 200);
  const countAbove = (ms: number, times: Iterable<number>) => [...times].filter((time) => time > ms).length;
  const late = countAbove(300, listResponseTimesMs(attempts));
  assert.ok(late >= 49, `${late} late`);
  assert.ok(countAbove(300, listLatenciesMs(attempts)) < late / 2);
  assert.ok(generator.timestamp_uncertainty_ms > blockedMs / 2);
});

test.run();

/** Stops a process for a while, as the kernel does; resolves with how long it was. */
async function pause(pid: number, afterMs: number, lastsMs: number): Promise<number> {
  await sleep(afterMs);
  process.kill(pid, 'SIGSTOP');
  const stoppedMs = performance.now();
  await sleep(lastsMs);
  process.kill(pid, 'SIGCONT');
  return performance.now() - stoppedMs;
}
