import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Course } from '../engine/executors/course.ts';
import { findActiveMs } from '../engine/executors/find-active.ts';
import { runArrivals } from '../engine/executors/run-arrivals.ts';
import { checkIdentities } from '../metrics/check-identities.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import { type ConstantArrivalRate, countPlannedRequests } from '../scenario.ts';
import { closeRawServers, run, serveRaw, whole } from './support/raw-server.ts';

const test = suite('executors');
test.after(closeRawServers);

test('shared iterations are exactly as many as planned, whoever makes them', async () => {
  const server = await serveRaw((socket, index) => setTimeout(() => socket.write(whole), index % 3 ? 1 : 15));
  const { attempts } = await run(server.url, { executor: 'shared-iterations', vus: 7, iterations: 53 });
  assert.is(attempts.length, 53);
  assert.is(server.requests.length, 53);
  assert.is(server.connections, 7);
});

test('at the end of the duration what is in flight is drained, not destroyed', async () => {
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 150));
  const { attempts } = await run(server.url, { executor: 'constant-vus', vus: 4, duration: '400ms' });
  assert.is(attempts.length, server.requests.length);
  assert.ok(attempts.every(({ outcome }) => outcome === 'ok'));
  assert.ok(attempts.some(({ ended_ms }) => ended_ms > 410));
  assert.ok(attempts.every(({ started_ms }) => started_ms < 420));
});

test('a client that is asked to come back later waits as long, but not after its last request', async () => {
  const server = await serveRaw((socket, index) =>
    socket.write(
      index === 0 || index === 2 ? 'HTTP/1.1 503 No\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n' : whole,
    ),
  );
  const startedMs = performance.now();
  const { attempts, ...rest } = await run(server.url, { iterations: 3 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['throttled', 'ok', 'throttled'],
  );
  assert.ok((attempts[1]?.started_ms ?? 0) - (attempts[0]?.ended_ms ?? 0) >= 999);
  assert.ok(performance.now() - startedMs < 1_950);
  const scenario = defineScenario({ name: 'x', executor: 'constant-vus', vus: 1, duration: '2s' });
  const idle = checkIdentities({ attempts, ...rest }, scenario).find(({ name }) => name.startsWith('idle'));
  assert.ok(idle?.holds, `${idle?.found}`);
});

test('what outlasts the graceful stop is interrupted and counted', async () => {
  const server = await serveRaw(() => {});
  const options = {
    executor: 'constant-vus',
    vus: 3,
    duration: '100ms',
    gracefulStop: '100ms',
    timeout: '5s',
  } as const;
  const { attempts } = await run(server.url, options);
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['interrupted', 'interrupted', 'interrupted'],
  );
  assert.match(attempts[0]?.error ?? '', /still in flight 0.1 s after/);
});

test('each arrival is due at its interval, starts no earlier, and is sent once or dropped', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const { attempts, droppedIterations } = await run(server.url, {
    executor: 'constant-arrival-rate',
    rate: 100,
    duration: '1s',
    preAllocatedVUs: 20,
  });
  assert.is(attempts.length + droppedIterations, 100);
  const intended = new Set(attempts.map(({ intended_ms }) => intended_ms ?? -1));
  assert.is(intended.size, attempts.length);
  for (const { started_ms, intended_ms } of attempts) {
    assert.ok(intended_ms !== null && intended_ms % 10 === 0 && intended_ms < 1_000, `${intended_ms}`);
    assert.ok(started_ms >= intended_ms, `due at ${intended_ms}, started at ${started_ms}`);
  }
});

test('every arrival that is due before the end is sent or dropped, however many come in one turn', async () => {
  const server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  for (const duration of ['100ms', '100.1ms', '200ms']) {
    const load = { executor: 'constant-arrival-rate', rate: 5_000, duration, preAllocatedVUs: 10 } as const;
    const request = { path: '/' };
    const { attempts, droppedIterations } = await run(server.url, { ...load, request });
    const planned = countPlannedRequests(defineScenario({ name: 'test', request, ...load }));
    assert.is(attempts.length + droppedIterations, planned, `in ${duration}`);
  }
});

test('arrivals that became due while the generator was kept from them are made up for when the time is over', async () => {
  let now = 0;
  let dropped = 0;
  const course: Course = {
    users: [],
    nowMs: () => now,
    isOpen: () => now < 1_000,
    isStopped: () => false,
    send: () => Promise.reject(new Error('there is nobody to send')),
    sleepUntil: async () => {
      now = now < 400 ? now + 10 : 1_000;
    },
    drop: () => {
      dropped += 1;
    },
  };
  const load = { executor: 'constant-arrival-rate', rate: 100, duration: '1s', preAllocatedVUs: 1 } as const;
  await runArrivals(course, defineScenario({ name: 'test', ...load }) as ConstantArrivalRate);
  assert.is(dropped, 100);
});

test('a rate times a duration plans the same number of requests as are made', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const load = { executor: 'constant-arrival-rate', rate: 50, duration: '1.1s', preAllocatedVUs: 50 } as const;
  const measurement = await run(server.url, load);
  const scenario = defineScenario({ name: 'test', ...load });
  assert.is(countPlannedRequests(scenario), 55);
  assert.is(measurement.attempts.length + measurement.droppedIterations, 55);
  assert.equal(findBroken(measurement, scenario), []);
});

test('a dead service that uses up the longest duration is a measurement whose books balance', async () => {
  const server = await serveRaw((socket) => socket.destroy());
  const load = { executor: 'per-vu-iterations', vus: 2, iterations: 50, maxDuration: '750ms' } as const;
  const measurement = await run(server.url, load);
  assert.is(measurement.cutByMaxDuration, true);
  assert.ok(measurement.attempts.length < 100);
  assert.equal(findBroken(measurement, defineScenario({ name: 'test', ...load })), []);
});

test('iterations that were all made were not cut, even when the last one outlasts the longest duration', async () => {
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 150));
  const load = { executor: 'per-vu-iterations', vus: 2, iterations: 1, maxDuration: '50ms' } as const;
  const { attempts, cutByMaxDuration } = await run(server.url, load);
  assert.is(attempts.length, 2);
  assert.is(cutByMaxDuration, false);
});

test('once the load was stopped nothing starts any more, overdue arrivals included', async () => {
  const server = await serveRaw(() => {});
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 500);
  const load = { executor: 'constant-arrival-rate', rate: 300, duration: '5s', preAllocatedVUs: 250 } as const;
  const { attempts, stoppedBecause } = await run(
    server.url,
    { ...load, timeout: '2s' },
    { signal: stop.signal },
  );
  assert.is(stoppedBecause, 'the load was stopped');
  assert.ok(attempts.length > 0);
  assert.equal(new Set(attempts.map(({ outcome }) => outcome)), new Set(['interrupted']));
});

test('an arrival that finds every virtual user busy is dropped and counted', async () => {
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 300));
  const { attempts, droppedIterations, droppedSeries } = await run(server.url, {
    executor: 'constant-arrival-rate',
    rate: 50,
    duration: '1s',
    preAllocatedVUs: 2,
    maxVUs: 5,
  });
  assert.is(attempts.length + droppedIterations, 50);
  assert.ok(droppedIterations >= 25, `${droppedIterations}`);
  assert.is(
    droppedSeries.counts.reduce((sum, count) => sum + count, 0),
    droppedIterations,
  );
});

test('a pause of the server shows in the response times of the open model', async () => {
  let pausedUntil: number | null = null;
  const server = await serveRaw((socket) => {
    pausedUntil ??= performance.now() + 900;
    setTimeout(() => socket.write(whole), Math.max(0, pausedUntil - performance.now()));
  });
  const { attempts } = await run(server.url, {
    executor: 'constant-arrival-rate',
    rate: 50,
    duration: '1.5s',
    preAllocatedVUs: 100,
  });
  const responses = attempts.map(({ ended_ms, intended_ms }) => ended_ms - (intended_ms ?? 0));
  assert.ok(responses.filter((ms) => ms > 300).length >= 20);
  assert.ok(Math.max(...responses) > 700);
});

test('who is refused waits before it asks again: 100 ms, twice as long each time, at most 1 s', async () => {
  const free = await serveRaw(() => {});
  free.stopListening();
  const { attempts } = await run(free.url, { executor: 'constant-vus', vus: 2, duration: '3s' });
  assert.ok(attempts.every(({ outcome }) => outcome === 'connect_failed'));
  const starts = attempts.filter(({ client }) => client === 0).map(({ started_ms }) => started_ms);
  assert.is(starts.length, 6);
  const pauses = starts.slice(1).map((startMs, index) => startMs - (starts[index] ?? 0));
  [100, 200, 400, 800, 1_000].forEach((leastMs, index) => {
    assert.ok((pauses[index] ?? 0) >= leastMs - 1, `${pauses}`);
  });
});

test('a service that answers again is asked without a pause again', async () => {
  const server = await serveRaw((socket, request) => {
    if (request < 2) socket.destroy();
    else socket.write(whole);
  });
  const { attempts } = await run(server.url, { iterations: 20 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    [...Array(2).fill('aborted'), ...Array(18).fill('ok')],
  );
  assert.ok((attempts[2]?.started_ms ?? 0) >= 299);
  assert.ok((attempts[19]?.started_ms ?? 0) - (attempts[2]?.started_ms ?? 0) < 1_500);
});

test('the number of virtual users changes evenly between the targets', () => {
  const stages = [
    { durationSeconds: 10, target: 11 },
    { durationSeconds: 10, target: 0 },
  ];
  assert.is(findActiveMs({ startVus: 1, stages }, 0, 0), 0);
  assert.is(findActiveMs({ startVus: 1, stages }, 5, 0), 5_000);
  assert.is(findActiveMs({ startVus: 1, stages }, 10, 0), 10_000);
  assert.is(findActiveMs({ startVus: 1, stages }, 10, 10_001), null);
  assert.is(findActiveMs({ startVus: 1, stages }, 4, 12_000), 12_000);
});

test('virtual users come up and go down by the stages', async () => {
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 20));
  const stages = [
    { duration: '500ms', target: 10 },
    { duration: '500ms', target: 0 },
  ];
  const { attempts } = await run(server.url, { executor: 'ramping-vus', startVUs: 1, stages });
  const active = (fromMs: number, toMs: number) =>
    new Set(
      attempts
        .filter(({ started_ms }) => started_ms >= fromMs && started_ms < toMs)
        .map(({ client }) => client),
    ).size;
  assert.ok(active(0, 100) <= 4);
  assert.ok(active(420, 580) >= 8);
  assert.ok(active(900, 1_000) <= 4);
});

test('a reason to abort stops the load and is told', async () => {
  const server = await serveRaw((socket) => setTimeout(() => socket.write(whole), 50));
  const { stoppedBecause, attempts } = await run(
    server.url,
    { executor: 'constant-vus', vus: 2, duration: '30s' },
    { findAbortReason: (elapsedSeconds) => (elapsedSeconds > 1 ? 'a threshold was crossed' : null) },
  );
  assert.is(stoppedBecause, 'a threshold was crossed');
  assert.ok(Math.max(...attempts.map(({ ended_ms }) => ended_ms)) < 4_000);
});

test('setup comes before the load and teardown after it, with what setup returned, even when a plan throws', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const seen: unknown[] = [];
  const hooks = { setup: () => 'made', teardown: (data: unknown) => seen.push(data, server.requests.length) };
  await run(server.url, { ...hooks, iterations: 2 });
  assert.equal(seen, ['made', 2]);
  const request = () => {
    throw new Error('no plan');
  };
  const error = await run(server.url, { ...hooks, request, vus: 3 }).catch((reason: Error) => reason);
  assert.ok(error instanceof Error);
  assert.match(error.message, 'no plan');
  assert.equal(seen, ['made', 2, 'made', 2]);
});

test('what a load measured is not lost when its teardown throws', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const teardown = () => {
    throw new Error('cannot clean up');
  };
  const { attempts, teardownError } = await run(server.url, { iterations: 3, teardown });
  assert.is(attempts.length, 3);
  assert.is(teardownError, 'cannot clean up');
  assert.is((await run(server.url, { teardown: () => {} })).teardownError, null);
});

test('a load that is stopped waits neither for its setup nor for its teardown to end', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const never = () => new Promise(() => {});
  const before = new AbortController();
  const setup = run(server.url, { setup: never }, { signal: before.signal });
  before.abort(new Error('enough'));
  assert.is(await setup.catch((error: Error) => error.message), 'enough');
  assert.is(server.requests.length, 0);
  const after = new AbortController();
  const teardown = () => {
    setImmediate(() => after.abort());
    return never();
  };
  const { attempts, teardownError } = await run(server.url, { teardown }, { signal: after.signal });
  assert.is(attempts.length, 1);
  assert.is(teardownError, 'the teardown had not ended when it was stopped');
});

test('a plan that throws is told even when the teardown throws too', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const fail = (what: string) => () => {
    throw new Error(what);
  };
  const load = { request: fail('no plan'), teardown: fail('cannot clean up') };
  const error = await run(server.url, load).catch((reason: Error) => reason);
  assert.match((error as Error).message, 'no plan');
});

test('header checks are counted without failing a request', async () => {
  const server = await serveRaw((socket) => socket.write(whole));
  const checks = { 'is typed': { header: 'content-type' }, 'has a length': { header: 'Content-Length' } };
  const { attempts, checks: counts } = await run(server.url, { iterations: 3, checks });
  assert.ok(attempts.every(({ outcome }) => outcome === 'ok'));
  assert.equal(counts, [
    { name: 'is typed', passes: 0, fails: 3 },
    { name: 'has a length', passes: 3, fails: 0 },
  ]);
});

test.run();

/** The names of the exact identities that do not hold. */
function findBroken(...[measurement, scenario]: Parameters<typeof checkIdentities>): string[] {
  return checkIdentities(measurement, scenario)
    .filter(({ exact, holds }) => exact && !holds)
    .map(({ name }) => name);
}
