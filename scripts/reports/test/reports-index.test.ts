import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { renderExperimentDocuments } from '../../../bench/compare/render-experiment-documents.ts';
import { createExperiment, createRounds } from '../../../bench/test/experiment-fixture.ts';
import { findStaleReportFiles } from '../find-stale-files.ts';
import { renderReportsIndex } from '../render-reports-index.ts';

const test = suite('reports index');
/** Their reports lie elsewhere, but for one of the first version. */
const rounds = createRounds(8, { before: 20, after: 5 }).map((round) => ({ ...round, document: null }));
const kept = JSON.stringify(rounds[0]?.report);
const faster = createExperiment(
  rounds.map((round, index) =>
    index > 0
      ? round
      : {
          ...round,
          document: 'rounds/01/report.json.gz',
          sha256: createHash('sha256').update(kept).digest('hex'),
        },
  ),
);
const same = createExperiment(
  createRounds(8, { before: 5, after: 5 }).map((round) => ({ ...round, document: null })),
  { number: 2, previous: faster },
);
const draft = createExperiment(rounds, {
  number: 3,
  draftReasons: ['the working tree had uncommitted changes'],
});
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-index-'));
  await writeFile(join(folder, 'README.md'), await readFile('reports/README.md'));
  await mkdir(join(folder, 'soup', '1', 'rounds', '01'), { recursive: true });
  await writeFile(join(folder, 'soup', '1', 'rounds', '01', 'report.json.gz'), gzipSync(kept));
  for (const experiment of [faster, same, draft]) {
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
  // A draft has a row, but takes no published version's place in the story.
  assert.match(index, /\[soup 3\]\(soup\/3\/report\.md\) \| .* \| BETTER \(draft\) \|/);
  assert.not.match(index, '### [Does one more cook make the soup sooner?](soup/3/report.md)');
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

test('an experiment whose figures, or whose round, are not those that were measured is refused', async () => {
  const path = join(folder, 'soup', '1', 'report.json');
  const right = await readFile(path, 'utf8');
  const doctored = structuredClone(faster);
  const [round] = doctored.rounds;
  if (round) doctored.rounds[0] = { ...round, figures: { ...round.figures, goodput: 1e9 } };
  await writeFile(path, JSON.stringify(doctored));
  await assertRefused(/soup\/1\/report\.json: pair 1, .*: goodput is 1000000000, by its report \d/);
  await writeFile(path, right);
  const document = join(folder, 'soup', '1', 'rounds', '01', 'report.json.gz');
  await writeFile(document, gzipSync(`${kept} `));
  await assertRefused(/pair 1, .*: its report has the SHA-256 [0-9a-f]{64}, not/);
  await writeFile(document, gzipSync(kept));
});

test.run();

async function assertRefused(words: RegExp): Promise<void> {
  const said = await findStaleReportFiles(folder).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
  assert.match(said, words);
}
