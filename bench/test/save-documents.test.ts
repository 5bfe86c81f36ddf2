import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ensureWritable, saveDocuments } from '../cli/save-documents.ts';

const test = suite('save documents');
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-save-'));
});
test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a report takes the place of the one before it as a whole', async () => {
  const place = join(folder, 'report');
  await saveDocuments(
    [
      ['old.json', 'old'],
      ['report.json', 'one'],
    ],
    place,
  );
  await saveDocuments([['report.json', 'two']], place);
  assert.equal(await readdir(place), ['report.json']);
  assert.is(await readFile(join(place, 'report.json'), 'utf8'), 'two');
});

test('where one document cannot be written none is there, and an earlier report stays', async () => {
  const place = join(folder, 'kept');
  await saveDocuments([['report.json', 'one']], place);
  const before = await readdir(folder);
  for (const target of [place, join(folder, 'new')]) {
    try {
      await saveDocuments(
        [
          ['report.json', 'two'],
          ['.', 'a folder is no file'],
        ],
        target,
      );
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, `its documents could not be saved in ${target} (EISDIR)`);
    }
  }
  assert.equal(await readdir(folder), before);
  assert.is(await readFile(join(place, 'report.json'), 'utf8'), 'one');
});

test('a folder that cannot be made is told before a run', async () => {
  await writeFile(join(folder, 'file'), '');
  try {
    await ensureWritable(join(folder, 'file', 'reports'));
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'cannot be written (ENOTDIR)');
  }
});

test.run();
