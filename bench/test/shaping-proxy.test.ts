import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ShapingProxy, startShapingProxy } from '../lab/start-shaping-proxy.ts';

const test = suite('shaping proxy');
const body = Buffer.alloc(1_000_000, 'weights');
let origin: Server;
let originUrl: string;
const proxies: ShapingProxy[] = [];

test.before(async () => {
  origin = createServer((req, res) => {
    if (req.url === '/bucket/broken') {
      res.writeHead(200, { 'content-length': body.length });
      res.write(body.subarray(0, 1_000), () => res.destroy());
    } else if (req.url === '/bucket/absent') res.writeHead(404).end('none');
    else if (req.method === 'PUT') req.resume().on('end', () => res.end('kept'));
    else res.end(body);
  });
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});

test.after(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  origin.closeAllConnections();
  await new Promise((resolve) => origin.close(resolve));
});

test('it hands on bytes, statuses and uploads as they are, and counts objects alone', async () => {
  const proxy = await start({});
  assert.equal(Buffer.from(await download(proxy)), body);
  assert.is((await fetch(`${proxy.url}/bucket/absent`)).status, 404);
  assert.is(await (await fetch(`${proxy.url}/bucket/key`, { method: 'PUT', body })).text(), 'kept');
  await (await fetch(`${proxy.url}/bucket?list`)).arrayBuffer();
  const { counts, source } = await proxy.readCounts();
  assert.is(source, 'proxy');
  assert.equal(Object.keys(counts), ['bucket']);
  assert.is(counts.bucket?.answers, 1);
  assert.is(counts.bucket?.aborted, 0);
  assert.is(counts.bucket?.bytes, body.length);
});

test('no head leaves before the time to first byte, and the proxy says the same of itself', async () => {
  const proxy = await start({ first_byte_ms: 150 });
  const times = await Promise.all([1, 2, 3].map(() => timeFirstByte(`${proxy.url}/bucket/key`)));
  for (const ms of times) assert.ok(ms >= 149, `${ms} ms`);
  const { counts } = await proxy.readCounts();
  const mean = (counts.bucket?.first_byte_ms ?? 0) / 3;
  assert.ok(mean >= 149 && mean <= Math.max(...times), `${mean} ms`);
});

test('jitter spreads the first byte to both sides of its time', async () => {
  const proxy = await start({ first_byte_ms: 100, first_byte_jitter_ms: 90, seed: 3 });
  const times: number[] = [];
  while (times.length < 8) times.push(await timeFirstByte(`${proxy.url}/bucket/key`));
  assert.ok(Math.min(...times) >= 9 && Math.min(...times) < 95, String(times));
  assert.ok(Math.max(...times) > 110, String(times));
});

test('the wanted share of answers is 503, by the same draws for the same seed, and none of what is not shaped', async () => {
  const statuses = async (proxy: ShapingProxy, path: string, count: number) => {
    const seen: number[] = [];
    while (seen.length < count) {
      const response = await fetch(proxy.url + path);
      await response.arrayBuffer();
      seen.push(response.status);
    }
    return seen;
  };
  const shaping = { failure_rate: 0.5, seed: 5 };
  const [one, other] = [await start(shaping), await start(shaping)];
  const seen = await statuses(one, '/bucket/key', 20);
  const failed = seen.filter((status) => status === 503).length;
  assert.ok(failed >= 4 && failed <= 16, String(seen));
  assert.equal(await statuses(other, '/bucket/key', 20), seen);
  assert.equal([...new Set(await statuses(one, '/bucket?list', 5))], [200]);
});

test('calls of DynamoDB are delayed, and counted by operation', async () => {
  const proxy = await start({ first_byte_ms: 120 });
  const startMs = performance.now();
  const headers = { 'x-amz-target': 'DynamoDB_20120810.GetItem' };
  await (await fetch(proxy.url, { method: 'POST', headers, body: '{}' })).arrayBuffer();
  assert.ok(performance.now() - startMs >= 119);
  assert.is((await proxy.readCounts()).counts.GetItem?.answers, 1);
});

test('a bandwidth for each connection leaves several as fast as one', async () => {
  const proxy = await start({ bytes_per_second_per_connection: 4_000_000 });
  const alone = await timeDownloads(proxy, 1);
  const together = await timeDownloads(proxy, 4);
  assert.ok(alone >= 225, `${alone} ms instead of 250`);
  assert.ok(together < 2 * alone, `${together} ms, alone ${alone} ms`);
});

test('a bandwidth in total is shared: four take four times as long as one', async () => {
  const proxy = await start({ bytes_per_second_total: 8_000_000 });
  const alone = await timeDownloads(proxy, 1);
  const together = await timeDownloads(proxy, 4);
  assert.ok(alone >= 110, `${alone} ms instead of 125`);
  assert.ok(together >= 460, `${together} ms instead of 500`);
  const { counts } = await proxy.readCounts();
  assert.ok((counts.bucket?.own_wait_ms ?? 0) > 3 * 300, 'the wait is its own, not of its readers');
});

test('an answer that breaks off behind it breaks off before it, and counts as aborted', async () => {
  const proxy = await start({});
  const response = await fetch(`${proxy.url}/bucket/broken`);
  await response.arrayBuffer().then(
    () => assert.unreachable('the body was cut'),
    () => {},
  );
  const { counts } = await proxy.readCounts();
  assert.is(counts.bucket?.aborted, 1);
  assert.is(counts.bucket?.bytes, 1_000);
});

async function start(shaping: Parameters<typeof startShapingProxy>[1]): Promise<ShapingProxy> {
  const proxy = await startShapingProxy(originUrl, shaping);
  proxies.push(proxy);
  return proxy;
}

async function download({ url }: ShapingProxy): Promise<ArrayBuffer> {
  return (await fetch(`${url}/bucket/key`)).arrayBuffer();
}

async function timeFirstByte(url: string): Promise<number> {
  const startMs = performance.now();
  const response = await fetch(url);
  const ms = performance.now() - startMs;
  await response.arrayBuffer();
  return ms;
}

async function timeDownloads(proxy: ShapingProxy, count: number): Promise<number> {
  const startMs = performance.now();
  await Promise.all(Array.from({ length: count }, () => download(proxy)));
  return performance.now() - startMs;
}

test.run();
