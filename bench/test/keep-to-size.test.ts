import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { keepToSize } from '../cli/keep-to-size.ts';
import { renderExperimentDocuments } from '../compare/render-experiment-documents.ts';
import { saveRun } from '../lab/journal.ts';
import { readReport } from '../report/read-report.ts';
import { createExperiment, createRounds } from './experiment-fixture.ts';

const test = suite('keep to size');
let folder = '';

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-size-'));
});
test.after.each(async () => {
  await rm(folder, { recursive: true });
});

test('what fits stays as it is', async () => {
  const experiment = await save();
  assert.is(await keepToSize(folder, experiment), experiment);
});

test('beyond the limit timelines go first, then ledgers; hashes are those of what is left, and the report says so', async () => {
  const experiment = await save();
  const kept = await keepToSize(folder, experiment, 1_000);
  assert.equal(kept.left_out, ['the timelines of its rounds', 'their ledgers']);
  for (const { report, report_sha256 } of kept.rounds) {
    const text = gunzipSync(await readFile(join(folder, report ?? ''))).toString('utf8');
    assert.is(createHash('sha256').update(text).digest('hex'), report_sha256);
    assert.is(readReport(text).black_box.series, null);
  }
  const files = await readdir(folder, { recursive: true });
  assert.not.ok(files.some((path) => path.endsWith('ledger.json.gz')));
  assert.match(
    renderExperimentDocuments(kept)['report.md'],
    'this one lacks the timelines of its rounds and their ledgers',
  );
});

test.run();

async function save() {
  const rounds = createRounds(8, { before: 20, after: 5 });
  for (const { pair, phase, report } of rounds) {
    const place = `rounds/${String(pair).padStart(2, '0')}-${phase}`;
    await saveRun(folder, place, { reportText: JSON.stringify(report), ledger: Buffer.alloc(2_000, 'x') });
  }
  return createExperiment(rounds);
}
