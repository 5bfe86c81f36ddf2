import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDocumentKey } from '../../../contract/object-keys.ts';
import { routes, runPagePath } from '../../../contract/routes.ts';
import type { WatchedPage } from '../../../scripts/browser/open-browser.ts';
import { failRun } from '../../performance/end-run.ts';
import { makeMetrics, makeRun, secondsFromNow } from '../../performance/test/support/make-run.ts';
import { trigger, waitForEnd } from '../../performance/test/support/service-client.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';
import { testInBrowser } from './support/in-browser.ts';

const test = suite('dashboard content in a browser');
const token = 'a-token-of-24-characters';
/** What would run, load, reverse or burst a page that took it for more than text. */
const hostile = [
  '<img src=x onerror="document.title=\'pwned\'">',
  '<script>document.title="pwned"</script>',
  '\u202egnp.exe\u2066',
  '"><svg onload=alert(1)>',
  'ﷺ'.repeat(20),
  'W'.repeat(10_000),
].join(' ');
/** More than 0.1 is felt (web.dev/cls). */
const mostShift = 0.05;
let stores: TestStores;
let service: ServiceProcess;
let guarded: ServiceProcess;

const { add: inBrowser, open: openUrl } = await testInBrowser(
  test,
  async () => {
    stores = await startStores();
    service = await startServiceProcess(stores.stores, {});
    guarded = await startServiceProcess(stores.stores, { TRIGGER_TOKEN: token });
  },
  async () => {
    await Promise.all([service.close(), guarded.close()]);
    await stores.close();
  },
);

inBrowser(
  'two runs are picked from the history and held against each other, and nothing is praised or blamed',
  async () => {
    for (const profile of [{ delivery: 'streamed' }, { delivery: 'buffered', download_concurrency: 2 }]) {
      const { run_id } = await trigger(service.url, { num_clients: 4, profile });
      await waitForEnd(service.url, run_id, 60_000);
    }
    const { page, faults } = await open(routes.dashboard);
    const boxes = page.getByRole('checkbox');
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByRole('link', { name: 'Compare the two' }).click();
    await page.waitForURL(/\/compare\?a=/);
    const subject = page.getByRole('region', { name: 'What differs in what was measured' });
    await subject.waitFor();
    assert.match(await subject.innerText(), /delivery\s+streamed in A, buffered in B/);
    const figures = page.getByRole('region', { name: 'Figures' });
    assert.match(await figures.innerText(), /goodput.*MiB\/s.*MiB\/s\s+(.* (more|less|times)|unchanged)/);
    assert.not.match(await figures.innerText(), /better|worse/);
    assert.is(await figures.locator('.better, .worse').count(), 0);
    await page.getByRole('figure', { name: /Latency percentiles/ }).waitFor();
    assert.equal(faults, []);
  },
);

inBrowser('runs of different loads do not compare, and the page says what differs', async () => {
  const ids: string[] = [];
  for (const num_clients of [2, 3]) {
    const { run_id } = await trigger(service.url, { num_clients });
    await waitForEnd(service.url, run_id, 60_000);
    ids.push(run_id);
  }
  const { page, faults } = await open(`${routes.dashboard}/compare?a=${ids[0]}&b=${ids[1]}`);
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /do not compare/);
  assert.match(await refusal.innerText(), /vus\s+2 in A, 3 in B/);
  assert.equal(faults, []);
});

inBrowser('the trigger token is asked for once, kept for the tab and never in an address', async () => {
  const { page, faults } = await openUrl(guarded.url + routes.dashboard, (fault) => fault.includes('401'));
  await page.getByLabel('Clients').fill('2');
  await page.getByRole('button', { name: 'Start run' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Token').fill('a tokén that no header carries');
  await dialog.getByRole('button', { name: 'Use token' }).click();
  assert.ok(await dialog.getByLabel('Token').evaluate((input) => input.matches(':invalid')));
  await dialog.getByLabel('Token').fill('not-the-right-one');
  await dialog.getByRole('button', { name: 'Use token' }).click();
  assert.match(await dialog.getByRole('alert').innerText(), 'refused');
  await dialog.getByLabel('Token').fill(token);
  await dialog.getByRole('button', { name: 'Use token' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  assert.not.match(page.url(), token);
  await page.getByRole('region', { name: 'Verdict' }).waitFor({ timeout: 60_000 });

  await page.goto(guarded.url + routes.dashboard);
  await page.getByLabel('Clients').fill('2');
  await page.getByRole('button', { name: 'Start run' }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
  await page.getByRole('region', { name: 'Verdict' }).waitFor({ timeout: 60_000 });
  assert.equal(faults, []);
});

inBrowser(
  'the list tells runs apart by their settings and purpose, and a flawed one by words and a bound of its own',
  async () => {
    const buffered = { delivery: 'buffered', s3_max_sockets: 50 } as const;
    const metrics = makeMetrics({ success_rate: 97.1 });
    const completed = { status: 'completed', completed_at: secondsFromNow(1) } as const;
    await stores.runs.createRun(
      makeRun({
        ...completed,
        delivery_settings: { ...buffered, download_concurrency: 32 },
        workload: { ...makeRun().workload, experiment: 'more-at-once', phase: 'before' },
        metrics: { ...metrics, latency: { ...metrics.latency, p99_ms: 15_000, censored: 3 } },
        verdict: { value: 'valid', reasons: [] },
        crossed_thresholds: ['success_rate == 100'],
      }),
    );
    await stores.runs.createRun(
      makeRun({
        ...completed,
        delivery_settings: { ...buffered, download_concurrency: 1 },
        workload: { ...makeRun().workload, experiment: 'more-at-once', phase: 'after' },
        metrics: makeMetrics(),
        verdict: { value: 'incomplete', reasons: ['a runner was lost'] },
        crossed_thresholds: [],
      }),
    );
    const { page, faults } = await open(routes.dashboard);
    const flawed = page.getByRole('row', { name: /before of more-at-once/ });
    assert.match(
      await flawed.innerText(),
      /completed[\s\S]*valid[\s\S]*crossed success_rate == 100[\s\S]*buffered 32 at once, 50 S3 connections[\s\S]*≥ 15\.00 s[\s\S]*97\.1 %/,
    );
    assert.is(await flawed.locator('.is-flawed').count(), 1);
    const other = page.getByRole('row', { name: /after of more-at-once/ });
    assert.match(await other.innerText(), /incomplete[\s\S]*buffered 1 at once/);
    assert.equal(faults, []);
  },
);

inBrowser(
  'a load by time fills its bar by time, and what comes after it has words and no stale notice',
  async () => {
    const { run_id } = makeRun();
    const running = makeRun({ run_id, status: 'running', planned_seconds: 10, activity: 'calibrating' });
    await stores.runs.createRun(running);
    await writeProgress(run_id, 4);
    const { page, faults } = await open(runPagePath(run_id));
    const bar = page.getByRole('progressbar', { name: 'Load done' });
    await page.getByText('loading the service').waitFor();
    assert.is(await bar.getAttribute('value'), '0.4');
    assert.match(await page.locator('.figure', { hasText: 'Elapsed' }).innerText(), 'of 10 s');
    await writeProgress(run_id, 11);
    await page.getByText('waiting for the last answers').waitFor();
    assert.is(await bar.getAttribute('value'), '1');
    await stores.runs.noteActivity(run_id, 'recalibrating');
    await page.getByText('measuring what the load generator can do once more').waitFor();
    assert.is(await bar.getAttribute('value'), null);
    await delay(6_500);
    assert.is(await page.getByText('Stale').count(), 0);
    await stores.runs.takeMerge(run_id, { from: null, by: 0 });
    await page.getByText('sending a few requests one at a time').waitFor();
    await stores.runs.finishLoad(run_id, secondsFromNow(0), { by: 0, missing: [] });
    await page.getByText('writing the report').waitFor();
    assert.equal(faults, []);
  },
);

inBrowser('a hostile model id, note, failure and document are shown as text', async () => {
  const failed = makeRun({
    status: 'running',
    workload: { ...makeRun().workload, model_id: hostile, note: hostile },
  });
  await stores.runs.createRun(failed);
  await failRun(stores.runs, failed.run_id, hostile);
  const completed = makeRun({
    workload: { ...makeRun().workload, note: hostile },
    status: 'completed',
    completed_at: secondsFromNow(1),
    metrics: makeMetrics(),
    verdict: { value: 'invalid', reasons: [hostile] },
    labels: [{ label: 'disturbed', reason: hostile, withholds: [hostile] }],
    documents: ['report.json'],
  });
  await stores.runs.createRun(completed);
  const document = JSON.stringify({
    schema: 'modelrig.report/1',
    verdict: { value: 'invalid', reasons: [hostile] },
    labels: [],
    black_box: hostile,
  });
  const key = runDocumentKey(completed.run_id, 'report.json');
  await stores.documents.write(key, Buffer.from(document), 'application/json');

  for (const path of [routes.dashboard, runPagePath(failed.run_id), runPagePath(completed.run_id)]) {
    const { page, faults } = await open(path);
    await page.getByText('<img src=x onerror=').first().waitFor({ state: 'attached' });
    if (path === routes.dashboard) await page.getByRole('region', { name: /^Latest run/ }).waitFor();
    assert.not.match(await page.title(), 'pwned');
    assert.is(await page.locator('img[src="x"], svg[onload], main script').count(), 0);
    const excess = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.is(excess, 0, `${path} is ${excess} px too wide`);
    assert.equal(faults, [], path);
  }
});

inBrowser('a document of another schema is refused by name', async () => {
  const run = makeRun({ status: 'completed', completed_at: secondsFromNow(1), documents: ['report.json'] });
  await stores.runs.createRun(run);
  const key = runDocumentKey(run.run_id, 'report.json');
  await stores.documents.write(key, Buffer.from('{"schema":"modelrig.report/9"}'), 'application/json');
  const { page, faults } = await open(runPagePath(run.run_id));
  await page.getByText(/it is a "modelrig.report\/9"/).waitFor();
  assert.equal(faults, []);
});

inBrowser('an address that is none of a run is told so, also when it cannot be decoded', async () => {
  for (const runId of ['nothing', '%E0%A4%A']) {
    const { page, faults } = await open(`${routes.dashboard}/runs/${runId}`, (fault) => fault.includes('400'));
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').innerText(), 'Not a run');
    assert.equal(faults, []);
  }
});

inBrowser('the runs to compare are chosen by the keyboard without losing the place', async () => {
  const runs = [1, 2, 3].map((second) =>
    makeRun({ status: 'completed', completed_at: secondsFromNow(second), metrics: makeMetrics() }),
  );
  for (const run of runs) await stores.runs.createRun(run);
  const { page } = await open(`${routes.dashboard}/compare`);
  const picker = page.getByLabel('Run A');
  await picker.locator('option').nth(3).waitFor({ state: 'attached' });
  await picker.focus();
  const chosen: string[] = [];
  for (let press = 0; press < 2; press += 1) {
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(300);
    chosen.push(await picker.inputValue());
    assert.ok(await picker.evaluate((element) => element === element.ownerDocument.activeElement));
    assert.match(page.url(), `a=${chosen.at(-1)}`);
  }
  assert.is.not(chosen[0], chosen[1]);
});

inBrowser('nothing that is shown first jumps while the page loads, whichever part comes last', async () => {
  const { page } = await open(routes.dashboard);
  for (const width of [390, 800]) {
    await page.setViewportSize({ width, height: 800 });
    for (const late of ['none', routes.components, 'limit=100', 'limit=20', routes.scenarios]) {
      await page.route(
        ({ href }) => href.includes(late),
        async (route) => {
          await delay(400);
          await route.continue();
        },
      );
      await page.reload();
      await page.getByRole('region', { name: /^Latest run/ }).waitFor();
      await page.getByRole('row').nth(1).waitFor();
      await page.getByText('100 clients · per-vu-iterations').waitFor();
      const shift = Number(await page.evaluate(readLayoutShift));
      assert.ok(shift < mostShift, `a layout shift of ${shift} at ${width} px, late: ${late}`);
      await page.unrouteAll();
    }
  }
});

inBrowser('every page is titled by what it is', async () => {
  const titles: string[] = [];
  for (const path of ['', '/compare', '/experiments', '/reports']) {
    const { page } = await open(routes.dashboard + path);
    await page.getByRole('main').waitFor();
    titles.push(await page.title());
  }
  assert.equal(
    titles,
    ['Health', 'Compare', 'Experiments', 'Reports'].map((name) => `${name} · modelrig`),
  );
});

inBrowser('a run that cannot be repeated is told, and the form is there all the same', async () => {
  const unknown = '550e8400-e29b-41d4-a716-446655440000';
  const { page, faults } = await open(`${routes.dashboard}?repeat=${unknown}`, (fault) =>
    fault.includes('404'),
  );
  await page.getByText('The run to repeat could not be loaded').waitFor();
  await page.getByRole('button', { name: 'Start run' }).waitFor();
  assert.equal(faults, []);
});

async function writeProgress(runId: string, second: number): Promise<void> {
  await stores.runs.writeProgress(runId, {
    elapsed_seconds: second,
    total_requests: null,
    done: second * 10,
    failed: 0,
    in_flight: 4,
    received_bytes: second * 40_000_000,
    bytes_per_second: 40_000_000,
  });
}

/** The sum of what has moved on the page so far. */
const readLayoutShift = `new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) sum += value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(sum), 200);
})`;

function open(path: string, isExpected?: (fault: string) => boolean): Promise<WatchedPage> {
  return openUrl(service.url + path, isExpected);
}

test.run();
