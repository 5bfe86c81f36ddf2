import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkStatistics } from '../statistics/check-statistics.ts';

const test = suite('statistics of experiments');

test('2,000 synthetic experiments a cell keep the limits, and the limits reject each mutant', async () => {
  const { judgements } = await checkStatistics(2_000, { noises: [0.08], slack: 0.013 });
  const failures = judgements.filter(({ holds }) => !holds).map(({ text }) => text);
  assert.equal(failures, []);
  assert.is(judgements.filter(({ text }) => text.startsWith('mutant rejected')).length, 4);
});

test.run();
