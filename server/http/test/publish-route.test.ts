import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { problemSchema } from '../../../contract/problem.ts';
import { zipFiles } from '../../../scripts/model-sources/zip-files.ts';
import { sweepUploads } from '../../registry/sweep-uploads.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { openRaw, requestRaw } from './raw-request.ts';
import { type ServedRegistry, serveRegistry } from './serve-registry.ts';

const test = suite('publish route');
const token = 'a token of the test'.replaceAll(' ', '-');
const authorization = { authorization: `Bearer ${token}` };
const bearer = ['-H', `Authorization: Bearer ${token}`];
const limitBytes = 20_000_000;
const silenceMs = 300;
let registry: RegistryFixture;
let service: ServedRegistry;
let folder: string;

test.before(async () => {
  registry = await startRegistry();
  const publish = { triggerToken: token, uploadLimitBytes: limitBytes, uploadSilenceMs: silenceMs };
  service = await serveRegistry(registry, { publish });
  folder = await mkdtemp(join(tmpdir(), 'publish-route-'));
});

test.after(async () => {
  await service?.close();
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a new version answers 201 with its address, tag and digest, and can be downloaded', async () => {
  const bytes = await makeZip('new');
  const answer = await put('org_new/v1', bytes, { query: '?model_id=org/new' });
  assert.is(answer.status, 201);
  assert.is(await answer.text(), '');
  assert.is(answer.headers.get('location'), '/performance/org_new/v1/model.zip');
  assert.is(answer.headers.get('etag'), `"sha256:${sha256(bytes).toString('hex')}"`);
  assert.is(answer.headers.get('repr-digest'), digestOf(bytes));
  assert.is(answer.headers.get('x-publication'), 'published');
  const download = await fetch(service.url + answer.headers.get('location'));
  assert.is(download.headers.get('etag'), answer.headers.get('etag'));
  assert.ok(Buffer.from(await download.arrayBuffer()).equals(bytes));
  assert.is((await registry.models.find('org_new', 'v1'))?.modelId, 'org/new');
});

test('the same bytes again answer 200, other bytes 409', async () => {
  const bytes = await makeZip('same');
  assert.is((await put('same/v1', bytes)).status, 201);
  const again = await put('same/v1', bytes);
  assert.is(again.status, 200);
  assert.is(again.headers.get('x-publication'), 'unchanged');
  assert.is(await problemOf(await put('same/v1', await makeZip('other'))), '409 version-taken');
  assert.is(
    await problemOf(await put('same/v1', await makeZip('other'), { query: '?replace=true' })),
    '409 version-taken',
  );
});

test('main is replaced when the query or If-Match says so, and only then', async () => {
  const [first, second, third] = await Promise.all(['1', '2', '3'].map(makeZip));
  assert.ok(first && second && third);
  const { headers } = await put('moving/main', first);
  assert.is(await problemOf(await put('moving/main', second)), '409 version-taken');
  const replaced = await put('moving/main', second, { query: '?replace=true' });
  assert.is(replaced.status, 200);
  assert.is(replaced.headers.get('x-publication'), 'replaced');
  const stale = await put('moving/main', third, { headers: { 'if-match': headers.get('etag') ?? '' } });
  assert.is(await problemOf(stale), '412 precondition-failed');
  const fresh = await put('moving/main', third, {
    headers: { 'if-match': replaced.headers.get('etag') ?? '' },
  });
  assert.is(fresh.headers.get('x-publication'), 'replaced');
  await sweepUploads(registry, Number.POSITIVE_INFINITY);
  assert.is((await registry.listArtifacts('performance/moving/')).length, 1);
});

test('If-None-Match: * publishes what is not there, and answers 412 for what is', async () => {
  const bytes = await makeZip('once');
  const headers = { 'if-none-match': '*' };
  assert.is((await put('once/v1', bytes, { headers })).status, 201);
  assert.is(await problemOf(await put('once/v1', bytes, { headers })), '412 precondition-failed');
});

test('If-Unmodified-Since holds for what was published by then and for nothing, and not beside If-Match', async () => {
  const bytes = await makeZip('dated');
  const past = { 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' };
  assert.is((await put('dated/main', bytes, { headers: past })).status, 201);
  assert.is(await problemOf(await put('dated/main', bytes, { headers: past })), '412 precondition-failed');
  for (const headers of [
    { ...past, 'if-match': '*' },
    { 'if-unmodified-since': new Date().toUTCString() },
    { 'if-unmodified-since': 'yesterday' },
  ]) {
    assert.is((await put('dated/main', bytes, { headers })).status, 200);
  }
});

test('If-Match on what is not there answers 412', async () => {
  const answer = await put('nothing/v1', await makeZip('x'), { headers: { 'if-match': '*' } });
  assert.is(await problemOf(answer), '412 precondition-failed');
  assert.is(await registry.models.find('nothing', 'v1'), null);
});

test('a digest that is not the content’s answers 422 and leaves nothing; the right one publishes', async () => {
  const bytes = await makeZip('digest');
  const wrong = await put('digest/v1', bytes, { headers: { 'repr-digest': digestOf(Buffer.from('x')) } });
  assert.is(await problemOf(wrong), '422 digest-mismatch');
  await assertNothing('digest');
  const sha512 = `sha-512=:${createHash('sha512').update(bytes).digest('base64')}:`;
  for (const header of ['sha-256=abc', 'abc', sha512]) {
    const refused = await put('digest/v1', bytes, { headers: { 'repr-digest': header } });
    assert.is(refused.status, 400, header);
    assert.match(await refused.text(), /Repr-Digest is .*allowed: sha-256=/);
  }
  await assertNothing('digest');
  const right = await put('digest/v1', bytes, {
    headers: { 'repr-digest': `${sha512}, ${digestOf(bytes)}` },
  });
  assert.is(right.status, 201);
});

test('the display id is the one that is told, else the one that holds the id, else the id itself', async () => {
  await put('team_model/v1', await makeZip('1'), { query: '?model_id=team/model' });
  await put('team_model/v2', await makeZip('2'));
  assert.is((await registry.models.find('team_model', 'v2'))?.modelId, 'team/model');
  await put('plain/v1', await makeZip('3'));
  assert.is((await registry.models.find('plain', 'v1'))?.modelId, 'plain');
  const taken = await put('team_model/v3', await makeZip('4'), { query: '?model_id=team_model' });
  assert.is(await problemOf(taken), '409 id-taken');
  const other = await put('team_model/v3', await makeZip('4'), { query: '?model_id=other/model' });
  assert.is(await problemOf(other), '400 invalid-parameter');
});

test('a new id that may stand for one with a slash is claimed for none of them until it is told which', async () => {
  const bytes = await makeZip('two');
  const answer = await put('two_spellings/v1', bytes);
  assert.is(answer.status, 400);
  assert.match(await answer.text(), /model_id=two\/spellings or \?model_id=two_spellings/);
  assert.is(await registry.models.findHolder('two_spellings'), null);
  assert.is((await put('two_spellings/v1', bytes, { query: '?model_id=two_spellings' })).status, 201);
  assert.is((await put('two_spellings/v2', bytes)).status, 201);
  // Nothing with a slash can be meant.
  assert.is((await put('spelling_/v1', bytes)).status, 201);
});

test('without the token nothing is read, and the answer is 401', async () => {
  const answer = await put('secret/v1', await makeZip('x'), { headers: { authorization: 'Bearer wrong' } });
  assert.is(await problemOf(answer), '401 unauthorized');
  await assertNothing('secret');
});

test('what is no zip answers 422, from its first bytes or from its last', async () => {
  const bytes = await makeZip('cut');
  for (const body of [
    Buffer.from('{"a": 1}'),
    Buffer.alloc(0),
    bytes.subarray(0, -1),
    Buffer.concat([bytes, bytes.subarray(0, 9)]),
  ]) {
    assert.is(await problemOf(await put('cut/v1', body)), '422 invalid-archive', String(body.length));
  }
  await assertNothing('cut');
});

test('wrong media types, encodings, ranges, queries and names are refused by name', async () => {
  const bytes = await makeZip('wrong');
  for (const [headers, expected] of [
    [{ 'content-type': 'application/x-www-form-urlencoded' }, '415 unsupported-media-type'],
    [{ 'content-encoding': 'gzip' }, '415 unsupported-media-type'],
    [{ 'content-range': 'bytes 0-9/10' }, '400 invalid-parameter'],
  ] as const) {
    assert.is(await problemOf(await put('wrong/v1', bytes, { headers })), expected);
  }
  assert.is(await problemOf(await put('wrong/v1', bytes, { query: '?replace=1' })), '400 invalid-parameter');
  assert.is(await problemOf(await put('wrong/%23display-id', bytes)), '400 invalid-parameter');
  await assertNothing('wrong');
});

test('a request without a body answers 411', async () => {
  const socket = await openRaw(
    service.url,
    `PUT /performance/empty/v1/model.zip HTTP/1.1\r\nAuthorization: Bearer ${token}`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 411 /);
});

test('a body in another transfer coding than chunked is refused', async () => {
  const head = `Authorization: Bearer ${token}\r\nTransfer-Encoding: gzip, chunked`;
  const { status, body } = await requestRaw(
    service.url,
    `PUT /performance/coded/v1/model.zip HTTP/1.1\r\n${head}`,
  );
  assert.is(status, 400);
  assert.match(body.toString(), /Transfer-Encoding is .*gzip, chunked.*; allowed: chunked/);
});

test('a ninth upload beside eight is refused, and taken when they are over', async () => {
  const patient = await serveRegistry(registry, { publish: { triggerToken: token } });
  const sockets: Socket[] = [];
  const url = `${patient.url}/performance/many/v9/model.zip`;
  try {
    const isUnderWay = ({ id }: { id: string }) => id === 'many';
    for (let count = 1; count <= 8; count += 1) {
      const line = `PUT /performance/many/v${count}/model.zip HTTP/1.1\r\nAuthorization: Bearer ${token}`;
      sockets.push(await openRaw(patient.url, `${line}\r\nContent-Length: 1000`));
    }
    while ((await registry.models.uploads.list()).uploads.filter(isUnderWay).length < 8) await sleep(10);
    const send = async () => fetch(url, { method: 'PUT', body: await makeZip('9'), headers: authorization });
    const refused = await send();
    assert.is(refused.headers.get('retry-after'), '5');
    assert.is(await problemOf(refused), '503 too-many-uploads');
    for (const socket of sockets) socket.destroy();
    await untilNothing('many');
    // Their notes are gone a moment before their places are free.
    let taken = await send();
    for (let attempt = 1; taken.status === 503 && attempt < 100; attempt += 1) {
      await sleep(20);
      taken = await send();
    }
    assert.is(taken.status, 201);
  } finally {
    for (const socket of sockets) socket.destroy();
    await patient.close();
  }
});

test('a body announced as too long is refused unread; a chunked one is cut off at the limit', async () => {
  const announced = await sendHead('long/v1', {
    'content-length': String(limitBytes + 1),
    expect: '100-continue',
  });
  assert.is(announced.continued, false);
  assert.is(announced.status, 413);
  const chunk = Buffer.alloc(1_000_000);
  const start = await makeZip('start');
  async function* endless() {
    yield start;
    for (;;) yield chunk;
  }
  const answer = await fetch(`${service.url}/performance/long/v1/model.zip`, {
    method: 'PUT',
    body: endless(),
    duplex: 'half',
    headers: authorization,
  } as RequestInit);
  assert.is(await problemOf(answer), '413 body-too-large');
  await assertNothing('long');
});

test('with Expect: 100-continue the body is asked for only when token and conditions hold', async () => {
  const bytes = await makeZip('expect');
  const head = { 'content-length': String(bytes.length), expect: '100-continue' };
  const refused = await sendHead('expect/v1', { ...head, authorization: 'Bearer wrong' }, bytes);
  assert.equal([refused.continued, refused.status], [false, 401]);
  const published = await sendHead('expect/v1', head, bytes);
  assert.equal([published.continued, published.status], [true, 201]);
  const late = await sendHead('expect/v1', { ...head, 'if-none-match': '*' }, bytes);
  assert.equal([late.continued, late.status], [false, 412]);
});

test('a client that breaks off in mid body leaves nothing, and is nothing for the log', async () => {
  for (const length of ['Content-Length: 15000000', 'Transfer-Encoding: chunked']) {
    const socket = await startUpload('broken/v1', length);
    socket.destroy();
    await untilNothing('broken');
  }
});

test('a chunk that is none ends the upload, leaves nothing, and is nothing for the log', async () => {
  const socket = await startUpload('mangled/v1', 'Transfer-Encoding: chunked');
  socket.write('\r\nnone\r\n');
  await once(socket.resume(), 'close').catch(() => {});
  await untilNothing('mangled');
  assert.equal(service.errors, []);
});

test('a client that falls silent in mid body is cut off, and leaves nothing', async () => {
  const socket = await startUpload('silent/v1', 'Content-Length: 15000000');
  const startedMs = performance.now();
  await once(socket.resume(), 'close').catch(() => {});
  assert.ok(performance.now() - startedMs < 3_000);
  await untilNothing('silent');
});

test('curl -T publishes, with a length, chunked, and is told why it is refused', async () => {
  const file = join(folder, 'model.zip');
  await writeFile(file, Buffer.concat([await makeZip('curl', 12_000_000)]));
  const url = (path: string) => `${service.url}/performance/${path}/model.zip`;
  const curl = (...args: string[]) =>
    execa('curl', ['-s', '-w', ' %{http_code}', ...args], { reject: false, timeout: 10_000 });
  assert.is((await curl('-T', file, ...bearer, url('curl/v1'))).stdout, ' 201');
  const chunked = await curl('-T', file, '-H', 'Transfer-Encoding: chunked', ...bearer, url('curl/v3'));
  assert.is(chunked.stdout, ' 201');
  const refused = await curl('-T', file, url('curl/v4'));
  assert.match(refused.stdout, /urn:modelrig:problem:unauthorized.* 401$/);
  const unasked = await curl('-T', file, '-H', 'Expect:', url('curl/v4'));
  assert.match(unasked.stdout, /urn:modelrig:problem:unauthorized.* 401$/);
});

test('a store that goes down in mid body is told to a client that is still sending', async () => {
  const file = join(folder, 'large.zip');
  await writeFile(file, Buffer.concat([await makeZip('large', 19_000_000)]));
  const url = `${service.url}/performance/down/v1/model.zip`;
  const sending = execa('curl', ['-s', '-m', '10', '--limit-rate', '9M', '-T', file, ...bearer, url], {
    reject: false,
  });
  while ((await registry.artifacts.list('performance/down/')).length === 0) await sleep(10);
  await registry.s3.takeDown();
  try {
    assert.match((await sending).stdout, 'urn:modelrig:problem:stores-unavailable');
  } finally {
    await registry.s3.restore();
  }
  await sweepUploads(registry, Number.POSITIVE_INFINITY);
  await assertNothing('down');
  service.errors.splice(0);
});

test('nothing of all this was anything for the log', () => {
  assert.equal(service.errors, []);
});

interface PutOptions {
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

function put(path: string, bytes: Buffer, { query = '', headers = {} }: PutOptions = {}): Promise<Response> {
  return fetch(`${service.url}/performance/${path}/model.zip${query}`, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'application/zip', ...authorization, ...headers },
  });
}

async function makeZip(text: string, sizeBytes = 10): Promise<Buffer> {
  const content = Buffer.alloc(sizeBytes, text);
  return Buffer.concat(await zipFiles([{ name: 'weights.bin', content }]).toArray());
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function digestOf(bytes: Buffer): string {
  return `sha-256=:${sha256(bytes).toString('base64')}:`;
}

/** Status and type of a problem document. */
async function problemOf(answer: Response): Promise<string> {
  const { status, type } = problemSchema.parse(await answer.json());
  assert.is(status, answer.status);
  return `${status} ${type.replace('urn:modelrig:problem:', '')}`;
}

/** A head alone; the body follows when it is asked for. */
async function sendHead(path: string, headers: Record<string, string>, body: Buffer = Buffer.alloc(0)) {
  const client = request(`${service.url}/performance/${path}/model.zip`, {
    method: 'PUT',
    headers: { ...authorization, ...headers },
  });
  let continued = false;
  client.on('continue', () => {
    continued = true;
    client.end(body);
  });
  client.flushHeaders();
  const [response] = (await once(client, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  client.on('error', () => {});
  client.destroy();
  return { continued, status: response.statusCode };
}

/** An upload of which more than one part has arrived, and that goes no further. */
async function startUpload(path: string, lengthHeader: string): Promise<Socket> {
  const socket = await openRaw(
    service.url,
    `PUT /performance/${path}/model.zip HTTP/1.1\r\nAuthorization: Bearer ${token}\r\n${lengthHeader}`,
  );
  const bytes = (await makeZip('part', 9_000_000)).subarray(0, 9_000_000);
  if (lengthHeader.startsWith('Transfer')) socket.write(`${bytes.length.toString(16)}\r\n`);
  socket.write(bytes);
  const id = path.split('/')[0] ?? '';
  while ((await registry.artifacts.list(`performance/${id}/`)).length === 0) await sleep(10);
  return socket;
}

async function assertNothing(id: string): Promise<void> {
  assert.equal(await registry.models.listVersions(id), []);
  assert.equal(await registry.artifacts.list(`performance/${id}/`), []);
  assert.equal(
    (await registry.models.uploads.list()).uploads.filter((note) => note.id === id),
    [],
  );
}

async function untilNothing(id: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  const isLeft = async () =>
    (await registry.models.uploads.list()).uploads.some((note) => note.id === id) &&
    performance.now() < deadline;
  while (await isLeft()) await sleep(20);
  await assertNothing(id);
}

test.run();
