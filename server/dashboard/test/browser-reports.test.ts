import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createExperiment, createRounds } from '../../../bench/test/experiment-fixture.ts';
import { routes } from '../../../contract/routes.ts';
import { createRecordingLauncher } from '../../performance/test/support/recording-launcher.ts';
import { startStores, type TestStores } from '../../performance/test/support/start-stores.ts';
import { startTestService, type TestService } from '../../performance/test/support/start-test-service.ts';
import { testInBrowser } from './support/in-browser.ts';
import { layReport } from './support/lay-report.ts';

const test = suite('reports in a browser');
let stores: TestStores;
let service: TestService;
let reportsFolder = '';

const { add: inBrowser, open } = await testInBrowser(
  test,
  async () => {
    reportsFolder = await mkdtemp(join(tmpdir(), 'modelrig-reports-'));
    await layReport(reportsFolder);
    await layReport(
      reportsFolder,
      createExperiment(createRounds(1, { before: 1, after: 2 }), {
        name: 'stew',
        question: 'Does the stew burn?',
        origin: { kind: 'service', url: 'http://127.0.0.1:8080', number: 3 },
        draftReasons: ['the working tree had uncommitted changes'],
      }),
    );
    stores = await startStores();
    const launcher = createRecordingLauncher();
    service = await startTestService(stores, { launcher, isSupervised: false, reportsFolder });
  },
  async () => {
    await service.close();
    await stores.close();
    await rm(reportsFolder, { recursive: true, force: true });
  },
);

inBrowser(
  'a draft of a service is called one, and nothing is said of it that holds for the lab alone',
  async () => {
    const { page, faults } = await open(`${service.url}${routes.dashboard}/reports`);
    const draft = page.getByRole('listitem').filter({ hasText: 'Does the stew burn?' });
    const shown = await draft.innerText();
    assert.match(shown, /DRAFT the working tree had uncommitted changes/);
    assert.match(shown, /No verdict yet: [\s\S]*measured so far: 0\.\d+ times the goodput/);
    assert.match(shown, 'made of runs of http://127.0.0.1:8080, its version 3');
    assert.not.match(shown, /NO_VERDICT|∞|lab/);
    const other = page.getByRole('listitem').filter({ hasText: 'one more cook' });
    assert.match(await other.innerText(), /BETTER: [\s\S]*measured by the lab/);
    assert.not.match(await other.innerText(), 'DRAFT');
    const head = await page.locator('main > h1, main > .lead').allInnerTexts();
    assert.not.match(head.join(' '), /committed|lab/i);
    await draft.getByRole('link').click();
    await page.getByText('DRAFT').waitFor();
    assert.match(await page.locator('.run-heading').innerText(), 'made of runs of http://127.0.0.1:8080');
    assert.equal(faults, []);
  },
);

inBrowser('without a number the newest version is shown, and an address that is no page says so', async () => {
  const { page } = await open(`${service.url}${routes.dashboard}/reports/stew`);
  await page.getByRole('heading', { name: 'Does the stew burn?' }).waitFor();
  const response = await page.goto(`${service.url}${routes.dashboard}/nope`);
  assert.is(response?.status(), 404);
  await page.getByRole('heading', { name: 'No such page' }).waitFor();
  assert.match(await page.getByRole('main').innerText(), `${routes.dashboard}/nope`);
});

test.run();
