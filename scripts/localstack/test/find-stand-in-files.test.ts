import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findStandInFiles } from '../find-stand-in-files.ts';

const test = suite('files for the stand-in');

test('every pattern finds files that open the stores', async () => {
  const files = await findStandInFiles();
  assert.ok(files.includes('server/http/test/redirect.test.ts'));
  assert.is(new Set(files).size, files.length);
});

test('a pattern that finds none is an error that names it', async () => {
  for (const pattern of ['server/moved/test/*.test.ts', 'scripts/localstack/test/find-*.test.ts']) {
    const error = await findStandInFiles([pattern]).catch((thrown: unknown) => thrown);
    assert.match(String(error), `No test file that opens the stores matches "${pattern}".`);
  }
});

test.run();
