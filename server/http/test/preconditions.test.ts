import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluatePreconditions } from '../preconditions.ts';

const test = suite('preconditions');
const etag = '"sha256:abc"';

test('a request without conditions proceeds', () => {
  assert.is(evaluatePreconditions({}, etag), 'proceed');
});

test('If-None-Match with the tag, weak or strong, alone or in a list, or with a star is not modified', () => {
  for (const header of [etag, `W/${etag}`, `"x", ${etag}`, `"a,b",W/${etag} , "y"`, '*', ' * ']) {
    assert.is(evaluatePreconditions({ 'if-none-match': header }, etag), 'not_modified', header);
  }
});

test('If-None-Match with other tags, without quotes or with the tag inside another one proceeds', () => {
  for (const header of ['"x"', 'sha256:abc', 'W/"x", "y"', '"sha256:abc,"', '']) {
    assert.is(evaluatePreconditions({ 'if-none-match': header }, etag), 'proceed', header);
  }
});

test('If-Match holds for the strong tag and a star, and fails for a weak tag and for others', () => {
  for (const header of [etag, `"x", ${etag}`, '*']) {
    assert.is(evaluatePreconditions({ 'if-match': header }, etag), 'proceed', header);
  }
  for (const header of [`W/${etag}`, '"x"', 'sha256:abc', '']) {
    assert.is(evaluatePreconditions({ 'if-match': header }, etag), 'failed', header);
  }
});

test('a failing If-Match comes before a matching If-None-Match', () => {
  assert.is(evaluatePreconditions({ 'if-match': '"x"', 'if-none-match': etag }, etag), 'failed');
  assert.is(evaluatePreconditions({ 'if-match': etag, 'if-none-match': etag }, etag), 'not_modified');
});

test('conditions on dates are ignored, for artifacts have none', () => {
  const headers = {
    'if-modified-since': 'Wed, 21 Oct 2099 07:28:00 GMT',
    'if-unmodified-since': 'Wed, 21 Oct 1999 07:28:00 GMT',
  };
  assert.is(evaluatePreconditions(headers, etag), 'proceed');
});

test.run();
