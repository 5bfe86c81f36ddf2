import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type JournalHead, openJournal } from '../lab/journal.ts';
import { createRounds } from './experiment-fixture.ts';

const test = suite('journal');
const head: JournalHead = {
  schema: 'modelrig.journal/1',
  name: 'soup',
  seed: 7,
  started_at: '2026-03-14T09:00:00.000Z',
  identity: { commit: 'abc' },
};
let folder = '';
let lines: string[] = [];

test.before.each(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-journal-'));
  const journal = await openJournal(folder, head);
  for (const { pair, position, phase, report } of createRounds(1, { before: 20, after: 5 })) {
    const run = { report, reportText: JSON.stringify(report), ledger: new Uint8Array() };
    await journal.add({ pair, position, phase, run, guards: {} });
  }
  lines = (await readFile(join(folder, 'journal.jsonl'), 'utf8')).split('\n').slice(0, -1);
});
test.after.each(async () => {
  await rm(folder, { recursive: true });
});

for (const [what, rest] of [
  ['was cut off', '{"pair":2,"posi'],
  ['is none, as after a crash of the machine', `${'\0'.repeat(40)}\n`],
] as const) {
  test(`a last line that ${what} is dropped, and the rounds before it go on with their seed`, async () => {
    await writeFile(join(folder, 'journal.jsonl'), `${lines.join('\n')}\n${rest}`);
    const { rounds, head: found } = await openJournal(folder, { ...head, seed: 8 });
    assert.equal([rounds.length, found.seed], [2, 7]);
    assert.is(await readFile(join(folder, 'journal.jsonl'), 'utf8'), `${lines.join('\n')}\n`);
  });
}

test('what was measured of S3 itself goes on, too, and is no round', async () => {
  const journal = await openJournal(folder, head);
  await journal.addReference({ after_pair: 1, bytes_per_second: 2.5e9 });
  const refused = { after_pair: 8, bytes_per_second: null, reason: 'for its run is invalid: x' } as const;
  await journal.addReference(refused);
  const { rounds, references } = await openJournal(folder, head);
  assert.equal(references, [{ after_pair: 1, bytes_per_second: 2.5e9 }, refused]);
  assert.is(rounds.length, 2);
});

test('a damaged line before the last, and a report that is gone, are named with the way out', async () => {
  await writeFile(join(folder, 'journal.jsonl'), [lines[0], '{"pair":', lines[2], ''].join('\n'));
  await assertRefused(
    /journal\.jsonl is damaged in line 2 \(.*\)\. Its rounds cannot go on; throw them away with --restart/,
  );
  await writeFile(join(folder, 'journal.jsonl'), `${lines.join('\n')}\n`);
  await rm(join(folder, 'rounds'), { recursive: true });
  await assertRefused(/is damaged in line 2 \(.*ENOENT.*--restart/);
});

test.run();

async function assertRefused(words: RegExp): Promise<void> {
  const said = await openJournal(folder, head).then(
    () => 'nothing',
    (error: Error) => error.message,
  );
  assert.match(said, words);
}
