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
  {
    num_clients: 100,
    duration_seconds: 1,
    note: 'a deadline that cannot be kept',
    profile: { delivery: 'buffered', download_concurrency: 1, s3_max_sockets: 1 },
  },
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

/** Of a curve that can be seen. */
const enoughSeconds = 6;
/** Shown while it runs, and once more when it was cancelled. */
const longWorkload: WorkloadRequest = { scenario: 'sustained-100', num_clients: 4, duration_seconds: 120 };

/** What a page shows until it has everything: a text in its place, or a chart without its picture. */
const unfinished = [
  '.is-loading',
  '.empty:text-matches("^(Loading|Comparing)")',
  'figure .plot:empty',
] as const;

/** `npm run screenshots`: every page of the dashboard, light and dark, wide and narrow. */
takeNoArguments(
  'npm run screenshots',
  `Starts a registry on this machine, makes small runs, two of them an experiment's, one that misses its deadline and one that is cancelled, and takes a picture of every page of the dashboard, light and dark, at 1280 and 390 px, into ${folder}/. Needs Chromium.`,
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
    const { run_id } = await client.trigger(longWorkload);
    await waitForProgress(client, run_id, signal);
    await takePictures(browser, service.url, { live: runPagePath(run_id) });
    await client.cancel(run_id);
    await follow(client, run_id, signal);
    await takePictures(browser, service.url, { ...listPages(ids), cancelled: runPagePath(run_id) });
  } finally {
    await browser.close();
    await service.stop();
  }
  return exitCodes.ok;
}

async function run(client: ServiceClient, workload: WorkloadRequest, signal: AbortSignal): Promise<string> {
  const { run_id } = await client.trigger(workload);
  terminal.say(`run       ${run_id}`);
  await follow(client, run_id, signal);
  return run_id;
}

async function follow(client: ServiceClient, runId: string, signal: AbortSignal): Promise<void> {
  while (!isTerminal((await client.readResults(runId)).status)) await delay(500, undefined, { signal });
}

async function waitForProgress(client: ServiceClient, runId: string, signal: AbortSignal): Promise<void> {
  while (((await client.readResults(runId)).progress?.elapsed_seconds ?? 0) < enoughSeconds) {
    await delay(500, undefined, { signal });
  }
}

function listPages(ids: readonly string[]): Readonly<Record<string, string>> {
  const [missed = '', , , buffered = '', latest = ''] = ids;
  return {
    health: routes.dashboard,
    run: runPagePath(latest),
    missed: runPagePath(missed),
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
        // The events of a live run never let the network be idle.
        await page.goto(url + path, { waitUntil: name === 'live' ? 'load' : 'networkidle' });
        if (name === 'live') await page.getByRole('figure', { name: /^In flight/ }).waitFor();
        for (const part of unfinished) await page.locator(part).first().waitFor({ state: 'detached' });
        await page.screenshot({ path: file, fullPage: true });
        terminal.say(`picture   ${file}`);
      }
      if (faults.length > 0) throw new CommandError(`The page had faults:\n${faults.join('\n')}`);
      await close();
    }
  }
}
