import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes, runPagePath } from '../../../contract/routes.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';

const test = suite('dashboard routes');
let stores: TestStores;
let service: TestService;

test.before(async () => {
  stores = await startStores();
  service = await startTestService(stores, { launcher: createRecordingLauncher(), isSupervised: false });
});

test.after(async () => {
  await service?.close();
  await stores?.close();
});

test('the root leads to the dashboard', async () => {
  const response = await fetch(service.url, { redirect: 'manual' });
  assert.is(response.status, 302);
  assert.is(response.headers.get('location'), routes.dashboard);
});

test('every page forbids inline script, foreign sources and frames, and names its files by their content', async () => {
  for (const path of [routes.dashboard, runPagePath('550e8400-e29b-41d4-a716-446655440000')]) {
    const response = await fetch(service.url + path);
    assert.is(response.status, 200);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, "default-src 'none'");
    assert.match(policy, "frame-ancestors 'none'");
    assert.not.match(policy, /unsafe|data:|https?:|\*/);
    assert.is(response.headers.get('x-content-type-options'), 'nosniff');
    const page = await response.text();
    assert.not.match(page, /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
    assert.is(findFiles(page).length, 2);
  }
});

test('an address that is no page is a page that says so to a browser, and a problem to everybody else', async () => {
  for (const path of ['/nope', '/runs', '/experiments/soup/1/more']) {
    const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const shown = await fetch(service.url + routes.dashboard + path, { headers: { accept: browser } });
    assert.is(shown.status, 404);
    assert.match(shown.headers.get('content-type') ?? '', 'text/html');
    assert.is(findFiles(await shown.text()).length, 2);
    const told = await fetch(service.url + routes.dashboard + path);
    assert.is(told.status, 404);
    assert.match(told.headers.get('content-type') ?? '', 'application/problem+json');
    assert.match(await told.text(), `There is no ${routes.dashboard}${path}.`);
  }
});

test('a page that has not changed is 304, its files are kept for ever and compressed', async () => {
  const page = await fetch(service.url + routes.dashboard);
  assert.is(await askAgain(routes.dashboard, page), 304);
  for (const path of findFiles(await page.text())) {
    const file = await fetch(service.url + path, { headers: { 'accept-encoding': 'gzip' } });
    assert.is(file.status, 200);
    assert.is(file.headers.get('content-encoding'), 'gzip');
    assert.match(file.headers.get('cache-control') ?? '', /max-age=31536000, immutable/);
    assert.match(file.headers.get('content-type') ?? '', /javascript|css/);
    assert.is(await askAgain(path, file), 304);
  }
});

test('script and styles together weigh less than 120 KB gzipped', async () => {
  const paths = findFiles(await (await fetch(service.url + routes.dashboard)).text());
  const files = await Promise.all(
    paths.map(async (path) => Buffer.from(await (await fetch(service.url + path)).arrayBuffer())),
  );
  const gzipped = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  assert.ok(gzipped < 120_000, `${gzipped} bytes`);
  assert.ok(gzipped > 10_000, `${gzipped} bytes`);
});

test('a file of an older page is 404 and says to reload', async () => {
  const response = await fetch(`${service.url}${routes.dashboard}/files/dashboard-OLD.js`);
  assert.is(response.status, 404);
  assert.match(await response.text(), /reload/);
});

/** As a browser with a copy does; `fetch` asks for a fresh one whenever it sends a condition itself. */
async function askAgain(path: string, { headers }: Response): Promise<number | undefined> {
  const asked = get(service.url + path, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

function findFiles(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="([^"]+\/files\/[^"]+)"/g)].map((match) => match[1] ?? '');
}

test.run();
