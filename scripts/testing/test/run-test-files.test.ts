import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runTestFiles } from '../run-test-files.ts';

const test = suite('running test files');
const limitSeconds = 60;
const path = 'scripts/test/fixtures/skipping.test.ts';

test('files run beside what goes on meanwhile, also those that are known late, and both are waited for', async () => {
  const checks = Promise.withResolvers<void>();
  const prepared = Promise.withResolvers<void>();
  const told: string[] = [];
  let isOver = false;
  async function* files() {
    yield { path, label: 'early' };
    await prepared.promise;
    yield { path, label: 'late' };
  }
  const { signal } = new AbortController();
  const running = runTestFiles(files(), limitSeconds, (text) => told.push(text), signal, checks.promise);
  void running.then(() => {
    isOver = true;
  });
  await waitUntil(() => told.length === 1);
  assert.match(told[0] ?? '', 'skipping.test.ts (early)  1 passed');
  prepared.resolve();
  await waitUntil(() => told.length === 2);
  assert.match(told[1] ?? '', 'skipping.test.ts (late)  1 passed');
  await sleep(100);
  assert.is(isOver, false);
  checks.resolve();
  assert.equal(
    (await running).map(({ passed, failed }) => [passed, failed]),
    [
      [1, 0],
      [1, 0],
    ],
  );
});

async function waitUntil(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 1_000 * limitSeconds;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `not within ${limitSeconds} s`);
    await sleep(20);
  }
}

test.run();
