import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RequestTrace } from '../../request-trace.ts';
import { createRunTelemetry, type TelemetryStore } from '../run-telemetry.ts';

const test = suite('run telemetry with invented ids');

test('an id that comes again while its run is looked for leaves no gauges running', async () => {
  const looked: string[] = [];
  const answer = Promise.withResolvers<null>();
  const { telemetry, ask } = start({ looked, readRun: () => answer.promise });
  const again = randomUUID();
  ask(again);
  const flushing = telemetry.flush();
  await sleep(0);
  // So many others that there is no room for it, then once more.
  for (let others = 0; others < 16; others += 1) ask(randomUUID());
  ask(again);
  answer.resolve(null);
  await flushing;
  await telemetry.stop();
  looked.length = 0;
  await sleep(350);
  assert.equal(looked, []);
});

test('of any number of invented ids few are followed at once', async () => {
  const looked: string[] = [];
  const { telemetry, ask } = start({ looked, readRun: async () => null });
  for (let index = 0; index < 100; index += 1) ask(randomUUID());
  looked.length = 0;
  await sleep(150);
  assert.ok(new Set(looked).size <= 16, `${new Set(looked).size} ids`);
  await telemetry.stop();
});

test('nothing is final while S3 is read for a request of the run that has ended', async () => {
  const finals: boolean[] = [];
  const telemetry = createRunTelemetry({
    instanceId: 'one',
    store: {
      readRun: async () => ({ status: 'running', load_finished_at: '2026-01-01T00:00:00.000Z' }),
      writeInstance: async (_, { final }) => {
        finals.push(final);
      },
    },
    readLoad: () => ({ s3Pool: null, admission: null }),
    onError: (error) => assert.unreachable(String(error)),
  });
  const trace = new RequestTrace();
  const request = { runId: randomUUID(), requestId: 'one', trace, isAlone: false, isDownload: true };
  const observer = telemetry.observe(request);
  const reading = trace.branch();
  observer?.abort();
  await telemetry.flush();
  reading.end();
  await telemetry.flush();
  assert.equal(finals, [false, true]);
  await telemetry.stop();
});

function start({ looked, readRun }: { looked: string[]; readRun: TelemetryStore['readRun'] }) {
  const telemetry = createRunTelemetry({
    instanceId: 'one',
    store: { readRun, writeInstance: async () => {} },
    readLoad(runId) {
      looked.push(runId);
      return { s3Pool: null, admission: null };
    },
    onError: (error) => assert.unreachable(String(error)),
    isHeldStill: true,
  });
  const ask = (runId: string) =>
    telemetry
      .observe({ runId, requestId: 'one', trace: new RequestTrace(), isAlone: false, isDownload: true })
      ?.complete(1);
  return { telemetry, ask };
}

test.run();
