import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { progressCurveSchema } from '../../../contract/live.ts';
import { mostCurvePoints } from '../../../contract/live-events.ts';
import { problemSchema } from '../../../contract/problem.ts';
import { resultsSchema } from '../../../contract/results.ts';
import { eventsPath, progressPath } from '../../../contract/routes.ts';
import type { Progress } from '../../../contract/run.ts';
import { failRun } from '../../performance/end-run.ts';
import { createRunFeeds } from '../../performance/run-feeds.ts';
import { makeRun } from '../../performance/test/support/make-run.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';
import { watchEvents } from './watch-events.ts';

const test = suite('event routes');
let stores: TestStores;
let service: TestService;
let unstreamed: TestService;

test.before(async () => {
  stores = await startStores();
  const launcher = createRecordingLauncher();
  service = await startTestService(stores, { launcher, isSupervised: false });
  unstreamed = await startTestService(stores, { launcher, isSupervised: false, streamsEvents: false });
});

test.after(async () => {
  await Promise.all([service, unstreamed].map((one) => one?.close()));
  await stores?.close();
});

test('a viewer is shown the run, its whole curve, every new second and its end, and then nothing', async () => {
  const { run_id } = await createRun();
  await writeProgress(run_id, 0, 1, 2);
  const watching = watchEvents(service.url + eventsPath(run_id));
  await watching.waitFor('progress');
  await writeProgress(run_id, 3);
  await watching.waitFor('progress', 2);
  await failRun(stores.runs, run_id, 'It was lost.');
  const events = await watching.ended;

  assert.equal(
    events.map(({ event }) => event),
    ['run', 'progress', 'progress', 'end'],
  );
  const [run, curve, news, end] = events;
  assert.is(resultsSchema.parse(run?.data).status, 'started');
  assert.equal(secondsOf(curve?.data), [0, 1, 2]);
  assert.equal(secondsOf(news?.data), [3]);
  assert.is(news?.id, '3');
  assert.is(resultsSchema.parse(end?.data).failure_reason, 'It was lost.');
});

test('one who comes back gets only what he missed, and after the end is told to stay away', async () => {
  const { run_id } = await createRun();
  await writeProgress(run_id, 0, 1, 2, 3);
  const back = watchEvents(service.url + eventsPath(run_id), { 'last-event-id': '1' });
  const { data } = await back.waitFor('progress');
  back.stop();
  assert.equal(secondsOf(data), [2, 3]);
  await failRun(stores.runs, run_id, 'Over.');
  const response = await fetch(service.url + eventsPath(run_id), { headers: { 'last-event-id': 'end' } });
  assert.is(response.status, 204);
});

test('a long curve is thinned to 600 points, first and last among them, in both forms', async () => {
  const { run_id } = await createRun();
  const seconds = Array.from({ length: 1_300 }, (_, second) => second);
  for (let from = 0; from < seconds.length; from += 100)
    await writeProgress(run_id, ...seconds.slice(from, from + 100));
  const watching = watchEvents(service.url + eventsPath(run_id));
  const shown = secondsOf((await watching.waitFor('progress')).data);
  watching.stop();
  const { points } = progressCurveSchema.parse(await (await fetch(service.url + progressPath(run_id))).json());
  for (const curve of [shown, points.map(({ elapsed_seconds }) => elapsed_seconds)]) {
    assert.is(curve.length, mostCurvePoints);
    assert.is(curve[0], 0);
    assert.is(curve.at(-1), 1_299);
  }
  await failRun(stores.runs, run_id, 'Over.');
});

test('two hundred viewers cost one query of the store a second', async () => {
  const { run_id } = await createRun();
  let queries = 0;
  const { readChanges } = stores.runs;
  stores.runs.readChanges = (...args) => {
    queries += 1;
    return readChanges(...args);
  };
  const viewers = Array.from({ length: 200 }, () => watchEvents(service.url + eventsPath(run_id)));
  await Promise.all(viewers.map((viewer) => viewer.waitFor('run')));
  const [before, startedMs] = [queries, performance.now()];
  await sleep(3_000);
  const perSecond = (queries - before) / ((performance.now() - startedMs) / 1_000);
  for (const viewer of viewers) viewer.stop();
  await sleep(100);
  const left = queries;
  await sleep(1_500);
  stores.runs.readChanges = readChanges;
  assert.ok(before <= 3, `${before} queries to begin with`);
  assert.ok(perSecond > 0.4 && perSecond <= 1.1, `${perSecond} queries a second`);
  assert.ok(queries - left <= 1, 'queries go on without viewers');
  await failRun(stores.runs, run_id, 'Over.');
});

test('a store that cannot be read is trouble in words, and news come again when it is back', async () => {
  const { run_id } = await createRun();
  const watching = watchEvents(service.url + eventsPath(run_id));
  await watching.waitFor('run');
  const { readChanges } = stores.runs;
  stores.runs.readChanges = () => Promise.reject(new Error('a secret detail'));
  const trouble = await watching.waitFor('trouble');
  stores.runs.readChanges = readChanges;
  // Also when nothing of the run has changed meanwhile: else its viewers take what they see for stale.
  await watching.waitFor('run', 2);
  await writeProgress(run_id, 0);
  await watching.waitFor('progress');
  watching.stop();
  assert.equal(trouble.data, { detail: 'The run cannot be read at present; see the log of the service.' });
  await failRun(stores.runs, run_id, 'Over.');
});

test('an unknown run is 404, a bad id 400, in both forms', async () => {
  for (const path of [eventsPath, progressPath]) {
    assert.is((await fetch(service.url + path('550e8400-e29b-41d4-a716-446655440000'))).status, 404);
    const refused = await fetch(service.url + path('nothing'));
    assert.is(refused.status, 400);
    assert.is(problemSchema.parse(await refused.json()).errors?.[0]?.field, 'run_id');
  }
});

test('where answers cannot be streamed, events are 501 and the curve can be polled', async () => {
  const { run_id } = await createRun();
  await writeProgress(run_id, 0);
  const refused = await fetch(unstreamed.url + eventsPath(run_id));
  assert.is(refused.status, 501);
  assert.match(problemSchema.parse(await refused.json()).detail, /poll/);
  assert.is((await fetch(unstreamed.url + progressPath(run_id))).status, 200);
  await failRun(stores.runs, run_id, 'Over.');
});

test('HEAD of the events answers at once', async () => {
  const { run_id } = await createRun();
  const response = await fetch(service.url + eventsPath(run_id), { method: 'HEAD' });
  assert.is(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', 'text/event-stream');
  await failRun(stores.runs, run_id, 'Over.');
});

test('feeds that are closed send their viewers away at once', async () => {
  const { run_id } = await createRun();
  const feeds = createRunFeeds(stores.runs);
  let hasLeft = false;
  await feeds.watch(run_id, -1, {
    show() {},
    leave() {
      hasLeft = true;
    },
  });
  assert.not.ok(hasLeft);
  feeds.close();
  assert.ok(hasLeft);
  await failRun(stores.runs, run_id, 'Over.');
});

async function createRun() {
  const run = makeRun();
  await stores.runs.createRun(run);
  return run;
}

async function writeProgress(runId: string, ...seconds: number[]): Promise<void> {
  await Promise.all(seconds.map((second) => stores.runs.writeProgress(runId, makeProgress(second))));
}

function makeProgress(second: number): Progress {
  return {
    elapsed_seconds: second,
    total_requests: 100,
    done: second,
    failed: 0,
    in_flight: 1,
    received_bytes: second * 1_000,
    bytes_per_second: 1_000,
  };
}

function secondsOf(data: unknown): number[] {
  return progressCurveSchema.parse(data).points.map(({ elapsed_seconds }) => elapsed_seconds);
}

test.run();
