import { gunzipSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attempt } from '../../contract/ledger.ts';
import { decodeLedger as decode, encodeLedger, encodeLedgerInTurns } from '../metrics/ledger-codec.ts';
import { generateBurst, generateTimeouts, runId } from './burst-fixture.ts';

const test = suite('ledger codec');
const attempts = [...generateBurst(), ...generateTimeouts({ clients: 3 })];

test('a ledger comes back as it was, to the last digit', () => {
  assert.equal(decodeLedger(encodeLedger(runId, attempts)), { runId, attempts });
});

test('written in turns, a ledger is the same document, and other work goes on meanwhile', async () => {
  const many = Array.from({ length: 200 }, () => attempts).flat();
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const document = await encodeLedgerInTurns(runId, many);
  clearInterval(timer);
  assert.ok(document.equals(encodeLedger(runId, many)));
  assert.ok(turns > 2, `${turns}`);
});

test('manners come back, and a ledger from before there were any is read without them', () => {
  const cut = attempts.map((attempt) => ({ ...attempt, outcome: 'aborted' as const, manner: 'rst' as const }));
  assert.equal(decodeLedger(encodeLedger(runId, cut)).attempts, cut);
  const older = change((ledger) => ({ ...ledger, columns: { ...ledger.columns, manner: undefined } }));
  assert.equal(decodeLedger(older).attempts, attempts);
});

test('a ledger without attempts comes back empty', () => {
  assert.equal(decodeLedger(encodeLedger(runId, [])), { runId, attempts: [] });
});

test('the same attempts give the same bytes', () => {
  assert.equal(encodeLedger(runId, attempts), encodeLedger(runId, structuredClone(attempts)));
});

test('a thousand attempts take less than 100 KB', () => {
  assert.ok(encodeLedger(runId, generateBurst({ clients: 1_000 })).length < 100_000);
});

test('a newer schema is refused by name', () => {
  const newer = change((ledger) => ({ ...ledger, schema: 'modelrig.ledger/2' }));
  assert.throws(() => decodeLedger(newer), /schema is "modelrig\.ledger\/2".*only "modelrig\.ledger\/1"/);
});

test('a document without a schema is refused', () => {
  assert.throws(() => decodeLedger(gzipSync('[]')), /schema is null/);
  assert.throws(() => decodeLedger(gzipSync('null')), /schema is null/);
});

test('bytes that are no gzip are called damaged, with the cause', () => {
  const error = catchError(() => decodeLedger(Buffer.from('{}')));
  assert.match(error.message, 'not gzip');
  assert.ok(error.cause instanceof Error);
});

test('a cut document is called damaged', () => {
  const document = encodeLedger(runId, attempts);
  assert.throws(() => decodeLedger(document.subarray(0, document.length - 20)), /damaged/);
});

test('a damaged field is named with its row', () => {
  const damaged = change((ledger) => ({
    ...ledger,
    columns: { ...ledger.columns, ended_ms: attempts.map((_, row) => (row === 7 ? 'late' : 1)) },
  }));
  assert.throws(() => decodeLedger(damaged), /columns\.ended_ms\.7/);
});

test('a missing column is named', () => {
  const damaged = change((ledger) => ({ ...ledger, columns: { ...ledger.columns, status: undefined } }));
  assert.throws(() => decodeLedger(damaged), /columns\.status/);
});

test('a column that is shorter than the others is named with both lengths', () => {
  const damaged = change((ledger) => ({ ...ledger, columns: { ...ledger.columns, body_bytes: [1, 2] } }));
  assert.throws(() => decodeLedger(damaged), /columns\.body_bytes has 2 rows, columns\.client has 103/);
});

test.run();

function decodeLedger(document: Buffer): { runId: string; attempts: Attempt[] } {
  const ledger = decode(document);
  return { ...ledger, attempts: [...ledger.attempts] };
}

function change(edit: (ledger: { columns: object }) => object): Buffer {
  const ledger = JSON.parse(gunzipSync(encodeLedger(runId, attempts)).toString());
  return gzipSync(JSON.stringify(edit(ledger)));
}

function catchError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
