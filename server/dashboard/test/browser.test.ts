import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatCount } from '../../../bench/presentation.ts';
import { routes, runPagePath } from '../../../contract/routes.ts';
import type { WatchedPage } from '../../../scripts/browser/open-browser.ts';
import { readResults, trigger, waitFor, waitForEnd } from '../../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';
import { testInBrowser } from './support/in-browser.ts';

const test = suite('dashboard in a browser');
/** The open model: its length does not depend on how fast this machine is. */
const openLoad = { scenario: 'open-rate', duration_seconds: 6 } as const;
let stores: TestStores;
let service: ServiceProcess;

const { add: inBrowser, open: openUrl } = await testInBrowser(
  test,
  async () => {
    stores = await startStores();
    service = await startServiceProcess(stores.stores, {});
  },
  async () => {
    await service.close();
    await stores.close();
  },
);

inBrowser(
  'a run is started from the page, its live numbers move, and at the end it shows what the API says, after a reload, too',
  async () => {
    const { page, faults } = await open(routes.dashboard);
    await page.getByText('No run yet').waitFor();
    await page.getByLabel('Scenario').selectOption('open-rate');
    await page.getByLabel('Deadline, s').fill('6');
    await page.getByLabel('Note').fill('from the page');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
    const runId = page.url().split('/').at(-1) ?? '';

    const done = page.locator('.figure', { hasText: 'Done' }).locator('.value');
    await page.getByRole('region', { name: 'Run under way' }).waitFor();
    const first = await readNumber(done, (value) => value > 0);
    await readNumber(done, (value) => value > first);
    await page.getByRole('region', { name: 'Verdict' }).waitFor();
    const { metrics } = await readResults(service.url, runId);
    for (const isReloaded of [false, true]) {
      if (isReloaded) await page.reload();
      const figures = page.getByRole('region', { name: 'Figures' });
      await figures.waitFor();
      assert.match(await figures.innerText(), `${formatCount(metrics?.total_requests ?? 0)} requests`);
      assert.match(await figures.innerText(), `${formatCount(metrics?.total_bytes ?? 0)} B`);
      assert.match(await page.locator('h1').innerText(), 'open-rate');
      assert.match(await page.locator('.note').innerText(), 'from the page');
    }
    await page.getByRole('figure', { name: /^Distribution/ }).waitFor();
    const sides = page.getByRole('region', { name: 'Black box and white box' });
    assert.match(await sides.innerText(), /(Suspect|Bottleneck): /);
    assert.equal(faults, []);
  },
);

inBrowser(
  'memory of the cache is shown in MiB, and the form tells how many runners this service starts',
  async () => {
    const { page, faults } = await open(routes.dashboard, (fault) => fault.includes('422'));
    const registry = page.locator('[aria-labelledby="component-registry"]');
    await registry.waitFor();
    assert.match(await registry.innerText(), /cache limit\s+[\d,]+ MiB/i);
    assert.not.match(await registry.innerText(), 'bytes');
    const runners = page.getByLabel('Runners');
    await page.getByText('Runners, to 64').waitFor();
    await runners.fill('65');
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    assert.match(await page.locator('.trigger').innerText(), 'Allowed: a whole number from 1 to 64 where');
    assert.equal(faults, []);
  },
);

inBrowser("wrong input shows the server's own message at its field, and nothing starts", async () => {
  const { page, faults } = await open(routes.dashboard, (fault) => fault.includes('422'));
  await page.getByLabel('Clients').fill('0');
  await page.getByRole('combobox', { name: 'Model' }).fill('no such/mo del');
  await page.getByRole('button', { name: 'Start run' }).click();
  const clients = page.getByLabel('Clients');
  await page.locator('[aria-invalid="true"]').first().waitFor();
  assert.is(await clients.getAttribute('aria-invalid'), 'true');
  const message = page.locator(`[id="${await clients.getAttribute('aria-describedby')}"]`);
  assert.match(await message.innerText(), 'a whole number from 1 to 1000');
  assert.match(await page.locator('.trigger').innerText(), /a model id: one or two parts/);
  assert.ok(await clients.evaluate((element) => element === element.ownerDocument.activeElement));
  assert.match(page.url(), routes.dashboard);
  assert.equal(faults, []);
});

inBrowser('a run under way shows on the first page and is cancelled from there', async () => {
  const { run_id } = await trigger(service.url, { ...openLoad, duration_seconds: 60 });
  const { page, faults } = await open(routes.dashboard);
  await readNumber(page.locator('.figure', { hasText: 'Done' }).locator('.value'), (value) => value > 0);
  await page.getByRole('button', { name: 'Cancel run' }).click();
  await waitForEnd(service.url, run_id, 30_000);
  await page.getByRole('region', { name: 'Running now' }).waitFor({ state: 'detached' });
  await page
    .getByRole('row', { name: /cancelled/ })
    .first()
    .waitFor();
  await page.goto(service.url + runPagePath(run_id));
  await page.getByText('Cancelled on request.').waitFor();
  assert.is((await page.locator('.notice').innerText()).match(/cancelled/gi)?.length, 1);
  const figures = await page.getByRole('region', { name: /^How far it came/ }).innerText();
  assert.match(figures, /Elapsed\s+\d+(\.\d+)? m?s of \d+ s/);
  assert.match(figures, /Received\s+[\d,]+ MiB/);
  assert.equal(faults, []);
});

inBrowser(
  'a service that dies in mid run leaves the page stale, and it recovers with the service',
  async () => {
    const { run_id } = await trigger(service.url, { ...openLoad, duration_seconds: 14 });
    const isLost = (fault: string) =>
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(fault);
    const { page, faults } = await open(runPagePath(run_id), isLost);
    const done = page.locator('.figure', { hasText: 'Done' }).locator('.value');
    await readNumber(done, (value) => value > 5);
    const { port } = new URL(service.url);
    await service.close();
    await page.getByText('Stale').waitFor();
    service = await startServiceProcess(stores.stores, { PORT: port });
    await page.getByText('Stale').waitFor({ state: 'detached' });
    await waitFor(service.url, run_id, ({ status }) => status === 'completed', 40_000);
    await page.getByRole('region', { name: 'Verdict' }).waitFor();
    await page.getByRole('region', { name: 'Failures' }).waitFor();
    assert.equal(faults, []);
  },
);

inBrowser('a page without events from the service polls, and sees the end all the same', async () => {
  const { run_id } = await trigger(service.url, { ...openLoad, duration_seconds: 5 });
  const { page, faults } = await open(routes.dashboard, (fault) => fault.includes('501'));
  await page.route('**/events', (route) => route.fulfill({ status: 501, body: '{}' }));
  await page.goto(service.url + runPagePath(run_id));
  const done = page.locator('.figure', { hasText: 'Done' }).locator('.value');
  await readNumber(done, (value) => value > 5);
  await page.getByRole('region', { name: 'Verdict' }).waitFor({ timeout: 30_000 });
  assert.equal(faults, []);
});

function open(path: string, isExpected?: (fault: string) => boolean): Promise<WatchedPage> {
  return openUrl(service.url + path, isExpected);
}

async function readNumber(
  place: { textContent(): Promise<string | null> },
  isWanted: (value: number) => boolean,
): Promise<number> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const value = Number((await place.textContent())?.replaceAll(',', ''));
    if (isWanted(value)) return value;
    if (performance.now() > deadline) throw new Error(`Still ${value}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test.run();
