import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stopOrphans } from '../stop-orphans.ts';
import { makeRun, secondsFromNow } from './support/make-run.ts';
import { startStores, type TestStores } from './support/start-stores.ts';

const test = suite('stop orphans');
let stores: TestStores;

test.before(async () => {
  stores = await startStores();
});

test.after(() => stores?.close());

test('runners of a run that ended a minute ago, or is gone, are stopped; those of others are left to themselves', async () => {
  const active = makeRun({ status: 'running' });
  const over = makeRun({ status: 'failed', completed_at: secondsFromNow(-61) });
  const justOver = makeRun({ status: 'completed', completed_at: secondsFromNow(-2) });
  for (const run of [active, over, justOver]) await stores.runs.createRun(run);
  const gone = randomUUID();
  const stopped: string[][] = [];
  await stopOrphans({
    runs: stores.runs,
    launcher: {
      listRuns: async () => [active.run_id, over.run_id, justOver.run_id, gone],
      async stopRunners(...told) {
        stopped.push(told);
      },
    },
  });
  assert.equal(stopped, [
    [over.run_id, 'Its run is failed.'],
    [gone, 'Its run is gone.'],
  ]);
});

test.run();
