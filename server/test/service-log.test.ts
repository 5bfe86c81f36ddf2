import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createServiceLog } from '../service-log.ts';

const test = suite('service log');
const token = 'a-token-of-"some"-length';

test('a line is a JSON document with level, time and fields', () => {
  const { log, lines } = open('info');
  log.info({ run_id: 'r', request_id: 'q', status: 200 }, 'request');
  const [line] = lines;
  const { time, ...rest } = JSON.parse(line ?? '');
  assert.equal(rest, { level: 'info', run_id: 'r', request_id: 'q', status: 200, msg: 'request' });
  assert.ok(!Number.isNaN(Date.parse(time)));
});

test('on level error requests are not written', () => {
  const { log, lines } = open('error');
  log.info({ status: 200 }, 'request');
  log.error('S3 cannot be reached.');
  assert.is(lines.length, 1);
  assert.match(lines[0] ?? '', 'S3 cannot be reached.');
});

test('no credential is written, wherever in an error it stands', () => {
  const { log, lines } = open('error');
  const cause = Object.assign(new Error(`sent authorization: Bearer ${token}`), {
    $response: {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/x, Signature=fe5f80f7' },
    },
  });
  log.error(
    new Error('GET /b/k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101&X-Amz-Signature=deadbeef&x=1 failed', {
      cause,
    }),
  );
  log.error(`the key is AKIAIOSFODNN7EXAMPLE and the token ${token}`);
  const text = lines.join('');
  for (const secret of ['AKIAIOSFODNN7EXAMPLE', 'deadbeef', 'fe5f80f7', 'some']) assert.not.match(text, secret);
  assert.match(text, '[redacted]');
  assert.match(text, 'x=1 failed');
  for (const line of lines) JSON.parse(line);
});

test('an error is written with its cause and its stack', () => {
  const { log, lines } = open('error');
  log.error(new TypeError('broken', { cause: new Error('deeper') }));
  const { err, msg } = JSON.parse(lines[0] ?? '');
  assert.is(msg, 'broken');
  assert.is(err.type, 'TypeError');
  assert.is(err.cause.message, 'deeper');
  assert.match(err.stack, 'service-log.test.ts');
});

function open(level: 'error' | 'info') {
  const lines: string[] = [];
  const log = createServiceLog({
    level,
    secrets: [token, undefined, ''],
    output: { write: (line) => lines.push(line) },
  });
  return { log, lines };
}

test.run();
