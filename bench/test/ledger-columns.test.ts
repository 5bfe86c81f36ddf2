import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LedgerColumns } from '../metrics/ledger-columns.ts';
import { generateBurst, generateTimeouts } from './burst-fixture.ts';

const test = suite('ledger columns');
const rows = [...generateBurst(), ...generateTimeouts({ clients: 3 })];

test('attempts come back as they were, from memory and from the disk, any number of times', () => {
  const log = new LedgerColumns();
  const count = 100_000;
  for (let index = 0; index < count; index += 1) log.push(rows[index % rows.length] as (typeof rows)[0]);
  assert.is(log.length, count);
  for (let round = 0; round < 2; round += 1) {
    let index = 0;
    for (const attempt of log) {
      if (index % 997 === 0 || index > count - 10) assert.equal(attempt, rows[index % rows.length]);
      index += 1;
    }
    assert.is(index, count);
  }
});

test('a million attempts with errors of their own take less than 100 MB of memory', () => {
  const log = new LedgerColumns();
  const [row] = rows;
  const beforeBytes = process.memoryUsage().rss;
  let mostBytes = 0;
  for (let index = 0; row && index < 1_000_000; index += 1) {
    log.push({ ...row, outcome: 'aborted', error: `ECONNRESET after ${index} bytes` });
    if (index % 50_000 === 0) mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
  }
  assert.ok(mostBytes - beforeBytes < 100e6, `${mostBytes - beforeBytes}`);
});

test('a disk that takes no more is an error that says where to make room, never a shorter ledger', async () => {
  const ledger = new URL('../metrics/ledger-columns.ts', import.meta.url);
  const program = `
    const { LedgerColumns } = await import(${JSON.stringify(ledger)});
    const log = new LedgerColumns();
    for (let index = 0; index < 50_000; index += 1) log.push(${JSON.stringify(rows[0])});
    console.log('kept', log.length);`;
  // A file that may not grow takes no more, as one on a full disk.
  const { exitCode, stdout, stderr } = await execa(
    'sh',
    ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, '--input-type=module', '--eval', program],
    { reject: false, env: { NODE_COMPILE_CACHE: undefined } },
  );
  assert.is(exitCode, 1);
  assert.is(stdout, '');
  assert.match(stderr, /The ledger cannot be kept in \S+ \(EFBIG: .*\): make room, or set TMPDIR/);
});

test.run();
