import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../ask.ts';
import { Catalogue } from '../catalogue.ts';
import { type Asked, checkAnswer } from '../check-answer.ts';
import { type Content, digestOf, makeContent, readContent } from '../content.ts';
import type { FaultKind } from '../fault-kinds.ts';
import { Strikes, settlingMs } from '../strikes.ts';

const test = suite('check answer');
const old = makeContent(1, 1_000);
const fresh = makeContent(2, 900);
const asked: Asked = { id: 'm', version: 'main' };
const calm = new Strikes();

test('content can be read from anywhere, and begins and ends as a zip does', () => {
  const whole = readContent(old, 0, old.sizeBytes);
  assert.is(digestOf(whole), old.digest);
  assert.is(whole.toString('latin1', 0, 4), 'PK\x03\x04');
  assert.is(whole.indexOf('PK\x05\x06'), old.sizeBytes - 22);
  for (const [start, end] of [
    [0, 1],
    [2, 40],
    [17, 900],
    [975, 1_000],
    [999, 1_000],
  ] as const) {
    assert.ok(readContent(old, start, end).equals(whole.subarray(start, end)), `${start} to ${end}`);
  }
});

test('the bytes that were published are right, as a whole and in part', () => {
  assert.is(check(whole(old)), null);
  assert.is(check(part(old, 10, 99), { range: { first: 10, last: 99 } }), null);
  assert.is(check(part(old, 10, 999), { range: { first: 10, last: 9_999 } }), null);
});

test('another byte in a whole body or in a part is wrong', () => {
  const bodyDigest = digestOf(Buffer.from('other'));
  assert.is(check({ ...whole(old), bodyDigest })?.kind, 'wrong bytes');
  assert.is(
    check({ ...part(old, 10, 99), bodyDigest }, { range: { first: 10, last: 99 } })?.kind,
    'wrong bytes',
  );
});

test('a question on a connection that was idle for nearly as long as the service keeps one may go unanswered, and no other one', () => {
  const lost: Answer = { ...whole(old), status: 0, bodyBytes: 0, end: 'cut' };
  const judge = (answer: Answer) => checkAnswer(describeOne(), calm, asked, answer)?.kind ?? null;
  assert.is(judge({ ...lost, idleMs: 4_900 }), null);
  assert.is(judge({ ...lost, idleMs: 1_000 }), 'unexpected');
  assert.is(judge({ ...lost, idleMs: null }), 'unexpected');
  assert.is(judge({ ...lost, status: 200, bodyBytes: 10, idleMs: 4_900 }), 'unexpected');
});

test('a cut has a reason when S3 failed on its artifact or the service was killed while it lasted or shortly before, and no other one', () => {
  const cut = (startedMs: number, endedMs: number): Answer => ({
    ...whole(old),
    startedMs,
    endedMs,
    end: 'cut',
  });
  const judge = (strikes: Strikes, answer: Answer) =>
    checkAnswer(describeOne(), strikes, asked, answer)?.kind ?? null;
  assert.is(judge(calm, cut(50, 70)), 'unexpected');
  assert.is(judge(calm, { ...cut(50, 70), status: 0 }), 'unexpected');
  assert.is(judge(calm, { ...cut(50, 70), end: 'left' }), null);
  const strike = (kind: FaultKind, path: string | null) => {
    const strikes = new Strikes();
    strikes.begin(kind, 100, path)(200);
    return strikes;
  };
  const object = '/models/performance/m/main/1/model.zip';
  for (const strikes of [
    strike('s3-closes', object),
    strike('s3-flips', object),
    strike('s3-refuses', null),
    strike('service-killed', null),
  ]) {
    assert.is(judge(strikes, cut(50, 99)), 'unexpected');
    assert.is(judge(strikes, cut(50, 90_000)), null, 'it began before the fault and was cut long after');
    assert.is(judge(strikes, cut(200 + settlingMs, 90_000)), null);
    assert.is(judge(strikes, cut(201 + settlingMs, 90_000)), 'unexpected');
    strikes.end(250);
    assert.is(judge(strikes, cut(251, 300)), 'unexpected', 'the faults were over');
  }
  for (const strikes of [
    strike('s3-closes', '/models/performance/m/v1/1/model.zip'),
    strike('dynamodb-loses', '/'),
    strike('runner-killed', null),
  ]) {
    assert.is(judge(strikes, cut(50, 300)), 'unexpected');
  }
});

test('a part of another place than the one asked for is wrong', () => {
  assert.is(check(part(old, 11, 99), { range: { first: 10, last: 99 } })?.kind, 'wrong bytes');
});

test('bytes that nobody published are wrong even under their own tag', () => {
  assert.is(check(whole(makeContent(3, 700)))?.kind, 'outdated');
});

test('a version that was acknowledged and is not found is lost; one without an answer may be missing', () => {
  assert.is(check({ ...whole(old), status: 404 })?.kind, 'lost');
  const catalogue = new Catalogue();
  catalogue.end(catalogue.begin('m', 'main', old, 0), 'unknown', 10);
  assert.is(checkAnswer(catalogue, calm, asked, { ...whole(old), status: 404 }), null);
});

test('what was replaced before the question is outdated, as bytes and as 304; what is being replaced is not', () => {
  const catalogue = describeReplaced('acknowledged');
  assert.is(checkAnswer(catalogue, calm, asked, whole(old, 300))?.kind, 'outdated');
  assert.is(checkAnswer(catalogue, calm, asked, whole(fresh, 300)), null);
  assert.is(checkAnswer(catalogue, calm, asked, whole(old, 150)), null);
  assert.is(checkAnswer(catalogue, calm, asked, whole(fresh, 150)), null);
  const tagged = { ...asked, ifNoneMatch: old.digest };
  assert.is(checkAnswer(catalogue, calm, tagged, { ...whole(old, 300), status: 304 })?.kind, 'outdated');
});

test('after a replacement without an answer either may be served, after a refused one only the old one', () => {
  const unknown = describeReplaced('unknown');
  assert.is(checkAnswer(unknown, calm, asked, whole(old, 300)), null);
  assert.is(checkAnswer(unknown, calm, asked, whole(fresh, 300)), null);
  const refused = describeReplaced('refused');
  assert.is(checkAnswer(refused, calm, asked, whole(old, 300)), null);
  assert.is(checkAnswer(refused, calm, asked, whole(fresh, 300))?.kind, 'outdated');
});

test('503 has to say when to come again, 412 and 416 have to be true, and anything else is unexpected', () => {
  const empty = { ...whole(old), headers: {} };
  assert.is(check({ ...empty, status: 503 })?.kind, 'unexpected');
  assert.is(check({ ...empty, status: 503, headers: { 'retry-after': '5' } }), null);
  assert.is(check({ ...empty, status: 412 }, { ifMatch: old.digest })?.kind, 'unexpected');
  assert.is(check({ ...empty, status: 412 }, { ifMatch: fresh.digest }), null);
  assert.is(check({ ...empty, status: 416 }, { range: { first: 999, last: 999 } })?.kind, 'unexpected');
  assert.is(check({ ...empty, status: 416 }, { range: { first: 1_000, last: 1_000 } }), null);
  assert.is(check({ ...empty, status: 400 })?.kind, 'unexpected');
  assert.is(check({ ...whole(old), end: 'silent' })?.kind, 'unexpected');
});

test('a 500 has a reason while wrong bytes of S3 are about, and none without them or once the faults are over', () => {
  const failed = (startedMs: number): Answer => ({ ...whole(old, startedMs), status: 500, headers: {} });
  const judge = (strikes: Strikes, answer: Answer) => checkAnswer(describeOne(), strikes, asked, answer);
  assert.is(judge(calm, failed(50))?.kind, 'unexpected');
  const strikes = new Strikes();
  strikes.begin('s3-flips', 40)(60);
  strikes.begin('dynamodb-away', 100_000)(200_000);
  assert.is(judge(strikes, failed(50)), null);
  assert.is(judge(strikes, failed(150_000))?.kind, 'unexpected');
  strikes.end(45);
  assert.is(judge(strikes, failed(50))?.kind, 'unexpected');
});

test.run();

/** Of a model whose `main` has been `old` all the time. */
function check(answer: Answer, more: Partial<Asked> = {}) {
  return checkAnswer(describeOne(), calm, { ...asked, ...more }, answer);
}

function describeOne(): Catalogue {
  const catalogue = new Catalogue();
  catalogue.end(catalogue.begin('m', 'main', old, 0), 'acknowledged', 10);
  return catalogue;
}

/** From 100 to 200 a replacement is under way. */
function describeReplaced(outcome: 'acknowledged' | 'unknown' | 'refused'): Catalogue {
  const catalogue = new Catalogue();
  catalogue.end(catalogue.begin('m', 'main', old, 0), 'acknowledged', 10);
  catalogue.end(catalogue.begin('m', 'main', fresh, 100), outcome, 200);
  return catalogue;
}

function whole(content: Content, startedMs = 50): Answer {
  return {
    startedMs,
    endedMs: startedMs + 20,
    idleMs: null,
    status: 200,
    headers: { etag: `"${content.digest}"` },
    bodyBytes: content.sizeBytes,
    bodyDigest: content.digest,
    text: '',
    end: 'whole',
  };
}

function part(content: Content, first: number, last: number): Answer {
  return {
    ...whole(content),
    status: 206,
    headers: { etag: `"${content.digest}"`, 'content-range': `bytes ${first}-${last}/${content.sizeBytes}` },
    bodyDigest: digestOf(readContent(content, first, last + 1)),
  };
}
