import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMeasurement, fingerprint, generateBurst, target } from '../../../../bench/test/burst-fixture.ts';
import { makeRun } from '../../test/support/make-run.ts';
import { renderInThread } from '../render-in-thread.ts';
import { type RunFacts, renderRun } from '../render-run.ts';
import { encodePart } from '../run-part.ts';

const test = suite('render in thread');

test('a thread renders the same documents, and heartbeats go on meanwhile', async () => {
  const facts = await collectFacts(20_000);
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  const rendered = await renderInThread(facts, new AbortController().signal);
  clearInterval(timer);
  const { report, bodies } = renderRun(facts);
  assert.ok(ticks > 10, `${ticks}`);
  assert.equal(rendered.report, report);
  assert.is(rendered.bodies['report.md'], bodies['report.md']);
  assert.ok(isDeepStrictEqual(Buffer.from(rendered.bodies['ledger.json.gz']), bodies['ledger.json.gz']));
});

test('a part that cannot be read is an error here, and the signal ends the wait', async () => {
  const facts = await collectFacts(1);
  const broken = { ...facts, parts: [Buffer.from('{}\n')] };
  const isRefused = await renderInThread(broken, new AbortController().signal).then(
    () => false,
    () => true,
  );
  assert.is(isRefused, true);
  const reason = new Error('cancelled');
  const found = await renderInThread(facts, AbortSignal.abort(reason)).catch((error) => error);
  assert.is(found, reason);
});

test.run();

async function collectFacts(count: number): Promise<RunFacts> {
  const run = makeRun();
  const attempts = generateBurst({ clients: count });
  const part = await encodePart(
    run.run_id,
    {
      measurement: createMeasurement(attempts),
      calibration: { before: null, after: null },
      storesBefore: { s3: null, dynamodb: null },
      targetUrl: 'http://127.0.0.1:1',
      target,
      ...fingerprint,
    },
    { shard: 0, share: { index: 0, of: 1 } },
  );
  return {
    run,
    completedAt: new Date().toISOString(),
    scenarioSha256: 'a'.repeat(64),
    parts: [part],
    alone: [],
    stores: { s3: null, dynamodb: null },
    instances: [],
    expectedInstances: [],
    dataSet: fingerprint.environment.data_set,
  };
}
