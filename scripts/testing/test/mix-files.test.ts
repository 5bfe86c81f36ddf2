import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mixFiles } from '../mix-files.ts';

const test = suite('mixed files');

test('neighbours of the list are far apart, and no file is lost or doubled', () => {
  assert.equal(mixFiles(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 3), ['a', 'd', 'g', 'b', 'e', 'c', 'f']);
  for (const count of [0, 1, 3, 4, 5, 205]) {
    const sorted = Array.from({ length: count }, (_, index) => index);
    assert.equal(
      mixFiles(sorted, 4).toSorted((one, other) => one - other),
      sorted,
    );
  }
});

test.run();
