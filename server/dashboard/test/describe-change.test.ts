import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeChange } from '../page/model/describe-change.ts';

const test = suite('describe change');

test('a ratio that is only known as a bound is told as one, turned round where it is less', () => {
  assert.equal(
    [describeChange(0.28), describeChange(0.28, 'at most'), describeChange(0.28, 'at least')],
    ['72 % less', 'at least 72 % less', 'at most 72 % less'],
  );
  assert.equal(
    [describeChange(1.3, 'at least'), describeChange(4, 'at most'), describeChange(1, 'at most')],
    ['at least 30 % more', 'at most 4.00 times', 'at most as much'],
  );
});

test.run();
