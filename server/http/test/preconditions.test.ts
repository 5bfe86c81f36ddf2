import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluatePreconditions } from '../preconditions.ts';

const test = suite('preconditions');
const etag = '"sha256:abc"';
const lastModifiedMs = Date.UTC(1994, 10, 6, 8, 49, 37);
const evaluate = (headers: Record<string, string>) => evaluatePreconditions(headers, { etag, lastModifiedMs });
const dates = {
  same: 'Sun, 06 Nov 1994 08:49:37 GMT',
  before: 'Sun, 06 Nov 1994 08:49:36 GMT',
  after: 'Sun, 06 Nov 1994 08:49:38 GMT',
};

test('a request without conditions proceeds', () => {
  assert.is(evaluate({}), 'proceed');
});

test('If-None-Match with the tag, weak or strong, alone or in a list, or with a star is not modified', () => {
  for (const header of [
    etag,
    `W/${etag}`,
    `"x", ${etag}`,
    `"a,b",W/${etag} , "y"`,
    `,, ${etag},`,
    '*',
    ' * ',
  ]) {
    assert.is(evaluate({ 'if-none-match': header }), 'not_modified', header);
  }
});

test('If-None-Match with other tags, without quotes or with the tag inside another one proceeds', () => {
  for (const header of ['"x"', 'sha256:abc', 'W/"x", "y"', '"sha256:abc,"', '']) {
    assert.is(evaluate({ 'if-none-match': header }), 'proceed', header);
  }
});

test('If-Match holds for the strong tag and a star, and fails for a weak tag and for others', () => {
  for (const header of [etag, `"x", ${etag}`, '*']) {
    assert.is(evaluate({ 'if-match': header }), 'proceed', header);
  }
  for (const header of [`W/${etag}`, '"x"', 'sha256:abc', '']) {
    assert.is(evaluate({ 'if-match': header }), 'failed', header);
  }
});

test('a list that cannot be read to its end names nothing', () => {
  for (const header of [
    `${etag} "x"`,
    `${etag}, x`,
    `x, ${etag}`,
    `*, ${etag}`,
    `w/${etag}`,
    `"a b", ${etag}`,
  ]) {
    assert.is(evaluate({ 'if-match': header }), 'failed', header);
    assert.is(evaluate({ 'if-none-match': header }), 'proceed', header);
  }
});

test('a long list of nothing is read as fast as any other', () => {
  const startedAt = performance.now();
  evaluate({ 'if-none-match': `${' , '.repeat(5_000)}x`, 'if-match': `${'", "'.repeat(5_000)}` });
  assert.ok(performance.now() - startedAt < 100);
});

test('a failing If-Match comes before a matching If-None-Match', () => {
  assert.is(evaluate({ 'if-match': '"x"', 'if-none-match': etag }), 'failed');
  assert.is(evaluate({ 'if-match': etag, 'if-none-match': etag }), 'not_modified');
});

test('If-Unmodified-Since holds on the date of publication and after it', () => {
  assert.is(evaluate({ 'if-unmodified-since': dates.same }), 'proceed');
  assert.is(evaluate({ 'if-unmodified-since': dates.after }), 'proceed');
  assert.is(evaluate({ 'if-unmodified-since': dates.before }), 'failed');
});

test('If-Modified-Since answers that nothing changed on the date of publication and after it', () => {
  assert.is(evaluate({ 'if-modified-since': dates.same }), 'not_modified');
  assert.is(evaluate({ 'if-modified-since': dates.after }), 'not_modified');
  assert.is(evaluate({ 'if-modified-since': dates.before }), 'proceed');
});

test('a condition on a tag replaces the one on a date', () => {
  assert.is(evaluate({ 'if-match': etag, 'if-unmodified-since': dates.before }), 'proceed');
  assert.is(evaluate({ 'if-none-match': '"x"', 'if-modified-since': dates.same }), 'proceed');
  assert.is(evaluate({ 'if-none-match': 'unreadable', 'if-modified-since': dates.same }), 'proceed');
  assert.is(evaluate({ 'if-unmodified-since': dates.before, 'if-none-match': etag }), 'failed');
});

test('a date that is none is no condition', () => {
  for (const date of ['', '0', 'yesterday', '1994-11-06T08:49:37Z', 'Mon, 06 Nov 1994 08:49:37 GMT']) {
    assert.is(evaluate({ 'if-modified-since': date }), 'proceed', date);
    assert.is(evaluate({ 'if-unmodified-since': date }), 'proceed', date);
  }
});

test.run();
