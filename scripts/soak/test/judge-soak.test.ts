import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../bench/engine/plan-requests.ts';
import { judgeSoak, type SoakRecord } from '../judge-soak.ts';
import type { MemorySample } from '../soaked-service.ts';
import { Tally } from '../tally.ts';

const test = suite('judge soak');
const atRest = { descriptors: 30, s3Connections: 0, fills: 0, s3Sockets: 0 };
const mebibyte = 1_048_576;

test('a soak in which all was as it has to be passes every check', () => {
  assert.equal(listFailed(describeGood()), []);
});

test('one wrong byte fails it, and is told', () => {
  const record = describeGood();
  note(record, 'wrong bytes', 'm@main: 200, 9 B have other bytes');
  assert.equal(listFailed(record), ['no wrong byte']);
  assert.equal(judgeSoak(record)[0]?.details, ['m@main: 200, 9 B have other bytes']);
});

test('a soak that held no body against anything fails, however little went wrong', () => {
  assert.equal(listFailed({ ...describeGood(), answers: new Tally().answers }), ['no wrong byte']);
});

test('a lost publication and an outdated one fail it', () => {
  for (const kind of ['lost', 'outdated'] as const) {
    const record = describeGood();
    note(record, kind, 'm@v1: 404');
    assert.equal(listFailed(record), ['no acknowledged publication lost']);
  }
});

test('an answer that nothing explains fails it', () => {
  const record = describeGood();
  note(record, 'unexpected', 'm@main: 503 without Retry-After');
  assert.equal(listFailed(record), ['no answer without a reason']);
});

test('an artifact that no record leads to fails it', () => {
  assert.equal(listFailed({ ...describeGood(), leftOver: ['performance/m/v1/x/model.zip'] }), [
    'nothing left of dead publishers',
  ]);
});

test('a run that goes on for ever, and one of which nobody knows, fail it', () => {
  for (const status of ['running', 'started', null] as const) {
    const runs = [{ id: 'r1', status: 'completed' } as const, { id: 'r2', status }];
    assert.equal(listFailed({ ...describeGood(), runs }), ['every run has ended']);
  }
});

test('a place that stays taken fails it, and so does a last run that is not completed', () => {
  for (const lastRun of [null, 'failed', 'running'] as const) {
    assert.equal(listFailed({ ...describeGood(), lastRun }), ['the place of a run is free']);
  }
});

test('memory that grows by 60 MiB an hour fails a soak of half an hour, and is only told of one of five minutes', () => {
  const leaking = (minutes: number) => ({ ...describeGood(), memory: makeMemory(minutes, 60) });
  assert.equal(listFailed(leaking(30)), ['memory does not grow']);
  assert.equal(listFailed(leaking(5)), []);
  assert.match(findCheck(leaking(5), 'memory does not grow').found, 'too short to judge');
});

test('connections to S3 that are still in use, reads that never end and descriptors that are not closed fail it', () => {
  for (const held of [{ s3Connections: 1 }, { fills: 1 }, { s3Sockets: 1 }, { descriptors: 60 }]) {
    const idle = { before: atRest, after: { ...atRest, ...held } };
    assert.equal(listFailed({ ...describeGood(), idle }), ['all is given back']);
  }
});

test('a line of the log that no fault explains fails it', () => {
  assert.equal(listFailed({ ...describeGood(), unexplainedLines: ['TypeError: x is undefined'] }), [
    'every line of the log has a reason',
  ]);
});

test('a soak in which no fault struck fails', () => {
  assert.equal(listFailed({ ...describeGood(), strikes: new Map() }), ['faults struck']);
});

test.run();

function describeGood(): SoakRecord {
  const { findings, answers } = new Tally();
  return {
    answers: { ...answers, whole: 100, parts: 50, resumed: 10, later: 9, cut: 3 },
    findings,
    publications: { acknowledged: 9, unknown: 2, refused: 1, readAgain: 8 },
    leftOver: [],
    runs: [
      { id: 'r1', status: 'completed' },
      { id: 'r2', status: 'failed' },
      { id: 'r3', status: 'cancelled' },
    ],
    lastRun: 'completed',
    memory: makeMemory(30, 0),
    idle: { before: atRest, after: { ...atRest, descriptors: 33 } },
    unexplainedLines: [],
    logLines: 12,
    strikes: new Map([['s3-flips', 7]]),
  };
}

/** A reading a second, which scatter by 5 MiB as readings of a service do. */
function makeMemory(minutes: number, mebibytesPerHour: number): MemorySample[] {
  const random = createRandom(1, 0);
  return Array.from({ length: minutes * 60 }, (_, second) => [
    second * 1_000,
    (200 + (mebibytesPerHour * second) / 3_600 + 10 * (random() - 0.5)) * mebibyte,
  ]);
}

function note(record: SoakRecord, kind: keyof SoakRecord['findings'], text: string): void {
  record.findings[kind].count += 1;
  record.findings[kind].told.push(text);
}

function listFailed(record: SoakRecord): string[] {
  return judgeSoak(record)
    .filter(({ holds }) => holds === false)
    .map(({ name }) => name);
}

function findCheck(record: SoakRecord, wanted: string) {
  const check = judgeSoak(record).find(({ name }) => name === wanted);
  assert.ok(check);
  return check;
}
