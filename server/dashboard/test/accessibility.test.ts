import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { comparePagePath, reportPagePath, routes, runPagePath } from '../../../contract/routes.ts';
import { findChromium, openBrowser, openPage } from '../../../scripts/browser/open-browser.ts';
import { skip } from '../../../scripts/testing/skip.ts';
import { failRun } from '../../performance/end-run.ts';
import { makeRun } from '../../performance/test/support/make-run.ts';
import { trigger, waitForEnd } from '../../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';

const test = suite('accessibility of the dashboard');
const chromium = await findChromium();
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let stores: TestStores;
let service: ServiceProcess;
let browser: Browser;
/** Name -> path. */
const pages = new Map<string, string>();

test.before(async () => {
  if (chromium === null) return;
  stores = await startStores();
  service = await startServiceProcess(stores.stores, {});
  browser = await openBrowser(chromium);
  const { run_id } = await trigger(service.url, { num_clients: 5, note: 'for a look' });
  await waitForEnd(service.url, run_id, 60_000);
  const failed = makeRun({ status: 'running' });
  await stores.runs.createRun(failed);
  await failRun(stores.runs, failed.run_id, 'The runner was lost.');
  const other = await trigger(service.url, {
    num_clients: 5,
    experiment: 'for-a-look',
    phase: 'before',
    profile: { delivery: 'buffered', download_concurrency: 2 },
  });
  await waitForEnd(service.url, other.run_id, 60_000);
  pages.set('health', routes.dashboard);
  pages.set('two runs', comparePagePath(run_id, other.run_id));
  pages.set('experiments', `${routes.dashboard}/experiments`);
  pages.set('reports', `${routes.dashboard}/reports`);
  pages.set('an unknown report', reportPagePath('unknown', 1));
  pages.set('a completed run', runPagePath(run_id));
  pages.set('a failed run', runPagePath(failed.run_id));
  pages.set('an unknown run', runPagePath('550e8400-e29b-41d4-a716-446655440000'));
});

test.after(async () => {
  await browser?.close();
  await service?.close();
  await stores?.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    const name = `axe finds nothing serious, and nothing is wider than the screen: ${colorScheme}, ${width} px`;
    if (chromium === null)
      skip(test, name, 'there is no Chromium; install it (Debian: chromium) or set CHROMIUM');
    else test(name, () => inspectPages(colorScheme, width));
  }
}

async function inspectPages(colorScheme: 'light' | 'dark', width: number): Promise<void> {
  const viewport = { width, height: 800 };
  const { page, faults, close } = await openPage(browser, {
    colorScheme,
    viewport,
    // axe is not the page's own script.
    bypassCSP: true,
    isExpected: (fault) => fault.includes('404'),
  });
  for (const [name, path] of pages) {
    await page.goto(service.url + path, { waitUntil: 'networkidle' });
    await page.addScriptTag({ content: axe });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.equal(
      serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      [],
      name,
    );
    const excess = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.is(excess, 0, `${name} is ${excess} px too wide`);
  }
  assert.equal(faults, []);
  await close();
}

test.run();
