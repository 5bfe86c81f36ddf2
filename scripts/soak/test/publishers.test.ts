import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../ask.ts';
import { Catalogue } from '../catalogue.ts';
import { makeContent } from '../content.ts';
import { checkPublication } from '../publishers.ts';
import { Strikes } from '../strikes.ts';

const test = suite('publishers of a soak');
const content = makeContent(1, 1_000);
const publication = new Catalogue().begin('m', 'main', content);
const created: Answer = {
  startedMs: 50,
  endedMs: 70,
  idleMs: null,
  status: 201,
  headers: { etag: `"${content.digest}"` },
  bodyBytes: 2,
  bodyDigest: '',
  text: '{}',
  end: 'whole',
};

test('a publication has the tag of its bytes, a refusal only where it named a condition, and a 503 says when to come', () => {
  const calm = new Strikes();
  assert.is(check(calm, created), null);
  assert.is(check(calm, { ...created, headers: { etag: '"sha256:1"' } }), 'unexpected');
  assert.is(check(calm, { ...created, status: 412 }), 'unexpected');
  assert.is(check(calm, { ...created, status: 412 }, true), null);
  assert.is(check(calm, { ...created, status: 503 }), 'unexpected');
  assert.is(check(calm, { ...created, status: 503, headers: { 'retry-after': '5' } }), null);
  assert.is(check(calm, { ...created, status: 500 }), 'unexpected');
});

test('an upload that is cut has a reason when S3 failed or the service was killed meanwhile, and none otherwise', () => {
  const cut: Answer = { ...created, status: 0, headers: {}, end: 'cut' };
  assert.is(check(new Strikes(), { ...cut, end: 'left' }), null);
  assert.is(check(new Strikes(), cut), 'unexpected');
  for (const kind of ['s3-closes', 's3-refuses', 'service-killed'] as const) {
    const strikes = new Strikes();
    strikes.begin(kind, 60, '/models/performance/m/main/1/model.zip')(65);
    assert.is(check(strikes, cut), null, kind);
    strikes.end(40);
    assert.is(check(strikes, cut), 'unexpected', `${kind}, over`);
  }
});

test.run();

function check(strikes: Strikes, answer: Answer, mayRefuse = false) {
  return checkPublication(strikes, publication, answer, mayRefuse)?.kind ?? null;
}
