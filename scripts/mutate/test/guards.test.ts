import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeStale, findStaleGuards } from '../find-stale-guards.ts';
import { readGuards } from '../read-guards.ts';

const test = suite('guards');

test('every patch that takes a guard away still applies, and names a test that there is', async () => {
  const stale = await findStaleGuards(await readGuards());
  assert.is(stale.map(({ guard, faults }) => describeStale(guard, faults)).join('\n'), '');
});

test.run();
