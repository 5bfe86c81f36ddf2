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
