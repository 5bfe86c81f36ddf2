import { createHash } from 'node:crypto';
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { downloadPath } from '../../../contract/routes.ts';
import type { ModelRecord } from '../../registry/model-record.ts';
import { askDownload, type DownloadAnswer } from './ask-download.ts';

export interface DownloadSubject {
  /** Of the service. */
  readonly url: string;
  readonly bytes: Buffer;
  /** `main` and `v1.0` of one model, both with these bytes. */
  readonly main: ModelRecord;
  readonly fixed: ModelRecord;
}

/** What every delivery strategy owes its clients, whoever sends the bytes. */
export function addDownloadContract(test: Test, name: string, read: () => DownloadSubject): void {
  const get = (headers = {}, method = 'GET', record = read().main) =>
    askDownload(`${read().url}${downloadPath(record.id, record.version)}`, headers, method);
  const tag = () => `"${read().main.digest}"`;
  const publishedAt = (addedSeconds = 0) =>
    new Date(Date.parse(read().main.publishedAt) + addedSeconds * 1_000).toUTCString();

  const assertWhole = (answer: DownloadAnswer, label?: string) => {
    assert.is(answer.status, 200, label);
    assert.is(answer.headers['content-length'], String(read().bytes.length), label);
    assert.is(hash(answer.body), read().main.digest, label);
  };

  test(`${name}: a GET answers the published bytes with their length, type, name and no coding`, async () => {
    const answer = await get({ 'accept-encoding': 'gzip, deflate, br' });
    assertWhole(answer);
    assert.ok(answer.body.equals(read().bytes));
    const { headers } = answer;
    assert.is(headers['content-type'], 'application/zip');
    assert.is(readHeader(answer, 'content-disposition'), 'attachment; filename=arnir0_Tiny-LLM-main.zip');
    assert.is(headers['content-encoding'], undefined);
    assert.is(headers['transfer-encoding'], undefined);
    assert.is((answer.redirect ?? answer).headers['x-delivery'], name);
  });

  test(`${name}: main may change and so is revalidated, another version is kept for ever`, async () => {
    const { main, fixed } = read();
    for (const method of ['GET', 'HEAD']) {
      assert.is(readHeader(await get({}, method, main), 'cache-control'), 'no-cache', method);
      const kept = readHeader(await get({}, method, fixed), 'cache-control');
      assert.is(kept, 'public, max-age=31536000, immutable', method);
    }
  });

  test(`${name}: HEAD has every header of a GET that is answered here, and no body`, async () => {
    const { main } = read();
    const whole = await get({ 'if-match': '*' });
    assertWhole(whole);
    for (const headers of [{}, { range: 'bytes=0-9' }, { range: 'bytes=99999999-' }]) {
      const head = await get(headers, 'HEAD');
      assert.is(head.status, 200);
      assert.is(head.body.length, 0);
      assert.equal(withoutMoment(head.headers), withoutMoment(whole.headers));
    }
    assert.is(whole.headers.etag, tag());
    assert.is(whole.headers['accept-ranges'], 'bytes');
    assert.is(whole.headers['last-modified'], publishedAt());
    const digest = Buffer.from(main.digest.replace('sha256:', ''), 'hex').toString('base64');
    assert.is(whole.headers['repr-digest'], `sha-256=:${digest}:`);
  });

  test(`${name}: a range answers 206 with these bytes alone`, async () => {
    const { bytes } = read();
    const size = bytes.length;
    const ranges: Readonly<Record<string, readonly [number, number]>> = {
      'bytes=0-0': [0, 0],
      'bytes=10000-19999': [10_000, 19_999],
      [`bytes=${size - 1}-`]: [size - 1, size - 1],
      [`bytes=10-${size + 5}`]: [10, size - 1],
      'bytes=5-99999999999999999999': [5, size - 1],
      'bytes=0-': [0, size - 1],
      'bytes=-7': [size - 7, size - 1],
      [`bytes=-${size * 2}`]: [0, size - 1],
      'bytes=-99999999999999999999': [0, size - 1],
      'BYTES=3-4': [3, 4],
      'bytes=3-4,': [3, 4],
    };
    for (const [range, [start, end]] of Object.entries(ranges)) {
      const answer = await get({ range });
      assert.is(answer.status, 206, range);
      assert.is(answer.headers['content-range'], `bytes ${start}-${end}/${size}`, range);
      assert.is(answer.headers['content-length'], String(end - start + 1), range);
      assert.ok(answer.body.equals(bytes.subarray(start, end + 1)), range);
    }
  });

  test(`${name}: what is no valid range, several ranges and other units are answered by the whole`, async () => {
    for (const range of [
      'bytes=5-2',
      'bytes=9007199254740993-9007199254740992',
      'bytes=0-1,5-2',
      'bytes=0-1, 5-6',
      'bytes=0 -1',
      'bytes= 0-1',
      'bytes =0-1',
      'bytes=',
      'bytes=,',
      'bytes=-',
      'bytes=a-b',
      'bytes=0-1x',
      'bytes',
      'items=0-1',
    ]) {
      assertWhole(await get({ range }), range);
    }
  });

  test(`${name}: a range without a byte answers 416 with the length, as a problem that nobody may keep`, async () => {
    const size = read().bytes.length;
    for (const range of [
      `bytes=${size}-`,
      `bytes=${size}-${size * 2}`,
      'bytes=-0',
      'bytes=9007199254740993-',
    ]) {
      const answer = await get({ range });
      assert.is(answer.status, 416, range);
      assert.is(answer.headers['content-range'], `bytes */${size}`, range);
      assertProblem(answer, range);
    }
  });

  test(`${name}: If-Range keeps the range for the very same tag and for nothing else`, async () => {
    const { bytes } = read();
    const kept = await get({ range: 'bytes=1000-', 'if-range': tag() });
    assert.is(kept.status, 206);
    assert.ok(kept.body.equals(bytes.subarray(1000)));
    assert.is(kept.headers.etag, tag());
    for (const ifRange of [`W/${tag()}`, '"other"', `"other", ${tag()}`, publishedAt(), 'nonsense']) {
      assertWhole(await get({ range: 'bytes=0-9', 'if-range': ifRange }), ifRange);
    }
    assertWhole(await get({ range: 'bytes=99999999-', 'if-range': '"other"' }));
  });

  test(`${name}: the parts of a download that was split in eight join to the whole`, async () => {
    const { bytes, main } = read();
    const partBytes = Math.ceil(bytes.length / 8);
    const parts = await Promise.all(
      Array.from({ length: 8 }, (_, part) =>
        get({ range: `bytes=${part * partBytes}-${(part + 1) * partBytes - 1}` }),
      ),
    );
    assert.is(hash(Buffer.concat(parts.map(({ body }) => body))), main.digest);
  });

  test(`${name}: conditions hold or fail in the order of RFC 9110`, async () => {
    const other = '"sha256:other"';
    const outcomes: readonly (readonly [number, Record<string, string>])[] = [
      [200, { 'if-match': tag() }],
      [200, { 'if-match': `${other}, ${tag()}` }],
      [200, { 'if-match': '*' }],
      [412, { 'if-match': other }],
      [412, { 'if-match': `W/${tag()}` }],
      [412, { 'if-match': other, 'if-none-match': tag() }],
      [200, { 'if-match': tag(), 'if-unmodified-since': publishedAt(-1) }],
      [412, { 'if-unmodified-since': publishedAt(-1) }],
      [200, { 'if-unmodified-since': publishedAt() }],
      [200, { 'if-unmodified-since': 'yesterday' }],
      [304, { 'if-none-match': tag() }],
      [304, { 'if-none-match': `${other}, W/${tag()}` }],
      [304, { 'if-none-match': '*' }],
      [304, { 'if-none-match': tag(), range: 'bytes=0-9' }],
      [304, { 'if-match': '*', 'if-none-match': tag() }],
      [200, { 'if-none-match': other }],
      [200, { 'if-none-match': other, 'if-modified-since': publishedAt() }],
      [304, { 'if-modified-since': publishedAt() }],
      [304, { 'if-modified-since': publishedAt(60) }],
      [200, { 'if-modified-since': publishedAt(-1) }],
      [200, { 'if-modified-since': 'tomorrow' }],
    ];
    for (const [status, headers] of outcomes) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await get(headers, method);
        const label = `${method} ${JSON.stringify(headers)}`;
        assert.is(answer.status, status, label);
        if (status === 200 && method === 'GET') assertWhole(answer, label);
        if (status === 304) assertNotModified(answer, label);
        if (status === 412 && method === 'GET') assertProblem(answer, label);
      }
    }
  });

  test(`${name}: a digest by SHA-256 is there unless it is not wanted, on a part for the whole, too`, async () => {
    const here = { 'if-match': '*' };
    const { 'repr-digest': digest } = (await get(here)).headers;
    for (const wanted of ['sha-256=10', 'sha-512=3', 'sha-512=3, sha-256=1', 'sha-256=', 'sha-256=0, =']) {
      const answer = await get({ ...here, 'want-repr-digest': wanted, range: 'bytes=0-9' });
      assert.is(answer.status, 206, wanted);
      assert.is(answer.headers['repr-digest'], digest, wanted);
      assert.is(answer.headers.vary, undefined, wanted);
    }
    for (const method of ['GET', 'HEAD']) {
      const without = await get({ ...here, 'want-repr-digest': 'sha-512=3, sha-256=0' }, method);
      assert.is(without.headers['repr-digest'], undefined);
      assert.is(without.headers.vary, 'Want-Repr-Digest');
    }
  });

  test(`${name}: bytes are never coded, not even for clients that refuse them as they are`, async () => {
    for (const accepted of ['gzip', 'identity;q=0', '*;q=0', 'br, *;q=0', '']) {
      const answer = await get({ 'accept-encoding': accepted });
      assertWhole(answer, accepted);
      assert.is(answer.headers['content-encoding'], undefined, accepted);
      assert.is(answer.headers.vary, undefined, accepted);
    }
  });

  function assertNotModified({ headers, body }: DownloadAnswer, label: string): void {
    assert.is(headers.etag, tag(), label);
    assert.is(headers['cache-control'], 'no-cache', label);
    assert.is(body.length, 0, label);
    for (const name of [
      'content-length',
      'content-type',
      'content-disposition',
      'repr-digest',
      'content-range',
    ]) {
      assert.is(headers[name], undefined, `${label} ${name}`);
    }
  }
}

/** Of the bytes' answer. The embedded S3 does not do as a presigned address says: there, what it says is read. */
function readHeader({ headers, redirect }: DownloadAnswer, name: string): string | null | undefined {
  if (!redirect) return headers[name];
  return new URL(redirect.headers.location ?? '').searchParams.get(`response-${name}`);
}

function assertProblem({ headers, body }: DownloadAnswer, label: string): void {
  assert.is(headers['content-type'], 'application/problem+json', label);
  assert.is(JSON.parse(body.toString()).type.startsWith('urn:modelrig:problem:'), true, label);
  for (const name of ['etag', 'repr-digest', 'cache-control', 'last-modified', 'content-disposition']) {
    assert.is(headers[name], undefined, `${label} ${name}`);
  }
}

/** Without what is of this one answer alone. */
function withoutMoment(all: Readonly<Record<string, string>>): Record<string, string> {
  const { date, 'x-request-id': requestId, 'server-timing': timing, 'cache-status': _, ...headers } = all;
  assert.ok(date !== undefined && requestId !== undefined && timing !== undefined);
  return headers;
}

function hash(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
