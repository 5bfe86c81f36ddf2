import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandError, exitCodes } from '../bench/cli/exit-codes.ts';
import { ServiceClient } from '../bench/cli/service-client.ts';
import { Terminal } from '../bench/cli/terminal.ts';
import { comparePagePath, experimentPagePath, routes, runPagePath } from '../contract/routes.ts';
import { isTerminal } from '../contract/run-status.ts';
import type { WorkloadRequest } from '../contract/workload.ts';
import { findChromium, openBrowser, openPage } from './browser/open-browser.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { startLocalService } from './local-service.ts';
import { takeNoArguments } from './take-no-arguments.ts';

const folder = 'screenshots';
const workloads: readonly WorkloadRequest[] = [
  { num_clients: 20, note: 'before the change' },
  { num_clients: 20 },
  {
    num_clients: 20,
    experiment: 'four-downloads-at-once',
    phase: 'before',
    profile: { delivery: 'buffered', download_concurrency: 4 },
  },
  { num_clients: 20, experiment: 'four-downloads-at-once', phase: 'after', note: 'after the change' },
];

/** `npm run screenshots`: every page of the dashboard, light and dark, wide and narrow. */
takeNoArguments(
  'npm run screenshots',
  `Starts a registry on this machine, makes four small runs, two of them an experiment's, and takes a picture of every page of the dashboard, light and dark, at 1280 and 390 px, into ${folder}/. Needs Chromium.`,
);
const terminal = new Terminal(process.stderr);
process.exitCode = await main(listenForInterruption()).catch((error: unknown) => {
  terminal.warn(error instanceof CommandError ? error.message : String((error as Error).stack));
  return exitCodes.runFailed;
});

async function main(signal: AbortSignal): Promise<number> {
  const chromium = await findChromium();
  if (chromium === null)
    throw new CommandError('There is no Chromium; install it (Debian: chromium) or set CHROMIUM.');
  const service = await startLocalService(terminal, signal);
  const browser = await openBrowser(chromium);
  try {
    const client = new ServiceClient(service.url, service.token);
    const ids: string[] = [];
    for (const workload of workloads) ids.push(await run(client, workload, signal));
    await takePictures(browser, service.url, listPages(ids));
  } finally {
    await browser.close();
    await service.stop();
  }
  return exitCodes.ok;
}

async function run(client: ServiceClient, workload: WorkloadRequest, signal: AbortSignal): Promise<string> {
  const { run_id } = await client.trigger(workload);
  terminal.say(`run       ${run_id}`);
  while (!isTerminal((await client.readResults(run_id)).status)) await delay(500, undefined, { signal });
  return run_id;
}

function listPages(ids: readonly string[]): Readonly<Record<string, string>> {
  const [, , buffered = '', latest = ''] = ids;
  return {
    health: routes.dashboard,
    run: runPagePath(latest),
    compare: comparePagePath(buffered, latest),
    experiments: `${routes.dashboard}/experiments`,
    experiment: experimentPagePath('four-downloads-at-once', 1),
    reports: `${routes.dashboard}/reports`,
  };
}

async function takePictures(
  browser: Awaited<ReturnType<typeof openBrowser>>,
  url: string,
  pages: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      const { page, faults, close } = await openPage(browser, {
        colorScheme,
        viewport: { width, height: 860 },
      });
      for (const [name, path] of Object.entries(pages)) {
        const file = join(folder, `${name}-${colorScheme}-${width}.png`);
        await page.goto(url + path, { waitUntil: 'networkidle' });
        await page.screenshot({ path: file, fullPage: true });
        terminal.say(`picture   ${file}`);
      }
      if (faults.length > 0) throw new CommandError(`The page had faults:\n${faults.join('\n')}`);
      await close();
    }
  }
}
