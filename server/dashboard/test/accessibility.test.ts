import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { experimentsSchema } from '../../../contract/experiment.ts';
import {
  comparePagePath,
  experimentPagePath,
  reportPagePath,
  routes,
  runPagePath,
} from '../../../contract/routes.ts';
import { findChromium, openBrowser, openPage } from '../../../scripts/browser/open-browser.ts';
import { skip } from '../../../scripts/testing/skip.ts';
import { failRun } from '../../performance/end-run.ts';
import { makeRun } from '../../performance/test/support/make-run.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { trigger, waitForEnd } from '../../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';
import { layReport } from './support/lay-report.ts';

const test = suite('accessibility of the dashboard');
const chromium = await findChromium();
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let stores: TestStores;
let service: ServiceProcess;
/** With a report of its own, and a run that nobody ends. */
let other: TestService;
let reportsFolder = '';
let browser: Browser;
/** Name -> address. */
const pages = new Map<string, string>();

test.before(async () => {
  if (chromium === null) return;
  stores = await startStores();
  service = await startServiceProcess(stores.stores, {});
  reportsFolder = await mkdtemp(join(tmpdir(), 'modelrig-reports-'));
  await layReport(reportsFolder);
  const launcher = createRecordingLauncher();
  other = await startTestService(stores, { launcher, isSupervised: false, reportsFolder });
  browser = await openBrowser(chromium);
  const { run_id } = await trigger(service.url, { num_clients: 5, note: 'for a look' });
  await waitForEnd(service.url, run_id, 60_000);
  const failed = makeRun({ status: 'running' });
  await stores.runs.createRun(failed);
  await failRun(stores.runs, failed.run_id, 'The runner was lost.');
  const buffered = { delivery: 'buffered', download_concurrency: 2 };
  const before = await runPhase({ phase: 'before', profile: buffered });
  await runPhase({ phase: 'after' });
  await waitForVersion();
  const live = await createLiveRun();
  const place = (path: string) => service.url + path;
  pages.set('health', place(routes.dashboard));
  pages.set('two runs', place(comparePagePath(run_id, before)));
  pages.set('experiments', place(`${routes.dashboard}/experiments`));
  pages.set('an experiment', place(experimentPagePath('for-a-look', 1)));
  pages.set('no reports', place(`${routes.dashboard}/reports`));
  pages.set('reports', `${other.url}${routes.dashboard}/reports`);
  pages.set('a report', other.url + reportPagePath('soup', 1));
  pages.set('an unknown report', place(reportPagePath('unknown', 1)));
  pages.set('a completed run', place(runPagePath(run_id)));
  pages.set('a live run', other.url + runPagePath(live));
  pages.set('a failed run', place(runPagePath(failed.run_id)));
  pages.set('an unknown run', place(runPagePath('550e8400-e29b-41d4-a716-446655440000')));
});

test.after(async () => {
  await browser?.close();
  await service?.close();
  await other?.close();
  await rm(reportsFolder, { recursive: true, force: true });
  await stores?.close();
});

for (const width of [1280, 390]) {
  const name = `axe finds nothing serious, light and dark, nothing is wider than the screen, and no table is cut: ${width} px`;
  if (chromium === null)
    skip(test, name, 'there is no Chromium; install it (Debian: chromium) or set CHROMIUM');
  else test(name, () => inspectPages(width));
}

async function inspectPages(width: number): Promise<void> {
  const viewport = { width, height: 800 };
  const { page, faults, close } = await openPage(browser, {
    colorScheme: 'light',
    viewport,
    // axe is not the page's own script.
    bypassCSP: true,
    isExpected: (fault) => fault.includes('404'),
  });
  for (const [name, address] of pages) {
    await page.emulateMedia({ colorScheme: 'light' });
    // The events of a live run never let the network be idle.
    const isLive = name === 'a live run';
    await page.goto(address, { waitUntil: isLive ? 'load' : 'networkidle' });
    if (isLive) await page.getByRole('figure', { name: /^In flight/ }).waitFor();
    await page.addScriptTag({ content: axe });
    assert.equal(await findSerious(page, {}), [], name);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await findSerious(page, { runOnly: ['color-contrast'] }), [], `${name}, dark`);
    await assertFits(page, name);
    if (width === 390) {
      await page.setViewportSize({ ...viewport, width: 360 });
      await assertFits(page, `${name}, at 360 px,`);
      await page.setViewportSize(viewport);
    }
  }
  assert.equal(faults, []);
  await close();
}

async function findSerious(page: Page, options: RunOptions): Promise<string[]> {
  const { violations } = await page.evaluate(
    (asked) =>
      (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run(asked),
    options,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function assertFits(page: Page, name: string): Promise<void> {
  const excess = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.is(excess, 0, `${name} is ${excess} px too wide`);
  const cut = await page.evaluate(
    '[...document.querySelectorAll("table")].filter((table) => table.scrollHeight > table.clientHeight + 1).length',
  );
  assert.is(cut, 0, `${name} cuts ${cut} of its tables`);
}

async function runPhase(workload: object): Promise<string> {
  const { run_id } = await trigger(service.url, { num_clients: 5, experiment: 'for-a-look', ...workload });
  await waitForEnd(service.url, run_id, 60_000);
  return run_id;
}

/** The service writes it after the run that completes a pair. */
async function waitForVersion(): Promise<void> {
  for (;;) {
    const { experiments } = experimentsSchema.parse(
      await (await fetch(service.url + routes.experiments)).json(),
    );
    if (experiments.length > 0) return;
    await delay(200);
  }
}

async function createLiveRun(): Promise<string> {
  const { run_id } = makeRun();
  await stores.runs.createRun(makeRun({ run_id, status: 'running' }));
  for (let second = 0; second < 8; second += 1) {
    await stores.runs.writeProgress(run_id, {
      elapsed_seconds: second,
      total_requests: 100,
      done: second * 10,
      failed: second,
      in_flight: 100 - second * 10,
      received_bytes: second * 40_000_000,
      bytes_per_second: 40_000_000,
    });
  }
  return run_id;
}

test.run();
