import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderExperimentDocuments } from '../../../bench/compare/render-experiment-documents.ts';
import { createExperiment, createRounds } from '../../../bench/test/experiment-fixture.ts';
import { findStaleReportFiles } from '../find-stale-files.ts';
import { renderReportsIndex } from '../render-reports-index.ts';

const test = suite('reports index');
const faster = createExperiment(createRounds(8, { before: 20, after: 5 }));
const same = createExperiment(createRounds(8, { before: 5, after: 5 }), { number: 2, previous: faster });
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-index-'));
  await writeFile(join(folder, 'README.md'), await readFile('reports/README.md'));
  for (const experiment of [faster, same]) {
    const place = join(folder, 'soup', String(experiment.number));
    await mkdir(place, { recursive: true });
    const documents = { 'report.json': JSON.stringify(experiment), ...renderExperimentDocuments(experiment) };
    for (const [name, content] of Object.entries(documents)) await writeFile(join(place, name), content);
  }
});
test.after(async () => {
  await rm(folder, { recursive: true });
});

test('the index has a row a version with verdict and interval, and tells the last one as a story', async () => {
  const index = (await renderReportsIndex(folder)) ?? '';
  assert.match(index, /\[soup 1\]\(soup\/1\/report\.md\) \| .* \| BETTER \| goodput × \d\.\d+ \(/);
  assert.match(index, /\[soup 2\]\(soup\/2\/report\.md\) \| .* \| SAME \|/);
  assert.match(index, '### [Does one more cook make the soup sooner?](soup/2/report.md)');
  assert.not.match(index, 'story.*soup/1');
  assert.match(index, 'pipx run check-jsonschema');
});

test('what was written by hand stays, and an index that was rendered before is made to the same bytes', async () => {
  const index = (await renderReportsIndex(folder)) ?? '';
  await writeFile(join(folder, 'README.md'), index);
  assert.is(await renderReportsIndex(folder), index);
});

test('a picture that was edited is stale, and is made anew from the document', async () => {
  const path = join(folder, 'soup', '1', 'pairs.svg');
  const right = await readFile(path, 'utf8');
  await writeFile(path, 'edited');
  const stale = await findStaleReportFiles(folder);
  assert.equal(
    stale.filter((file) => file.path.includes('soup')).map((file) => [file.path, file.content]),
    [[path, right]],
  );
});

test.run();
