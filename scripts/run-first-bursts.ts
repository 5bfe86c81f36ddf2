import { setTimeout as delay } from 'node:timers/promises';
import { BusyServiceError, ServiceClient } from '../bench/cli/service-client.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import type { Results } from '../contract/results.ts';
import { routes, runPagePath } from '../contract/routes.ts';
import { isTerminal } from '../contract/run-status.ts';

const bursts = 3;
const workload = { num_clients: 10, note: 'one of three small bursts at the first start' };
const pollMs = 500;
/** How long a service may give no answer in time, as on a machine that others use, until nobody waits for it. */
const patienceMs = 600_000;

/**
 * Three small bursts through a service without runs, so that its dashboard has something to show. What is left out of them,
 * and what failed, is said.
 */
export async function runFirstBursts(
  { url, token }: { url: string; token: string | null },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const client = new ServiceClient(url, token);
  let begun = 0;
  try {
    if ((await askPatiently(() => client.listRuns(1), signal)).length > 0) return;
    for (; begun < bursts && !signal.aborted; begun += 1) {
      const run_id = await begin(client, begun, signal);
      terminal.say(`burst     ${begun + 1} of ${bursts}: ${client.locate(runPagePath(run_id))}`);
      const { status, failure_reason } = await waitForEnd(client, run_id, signal);
      if (status !== 'completed') {
        terminal.say(
          `burst     ${begun + 1} of ${bursts} ${status}${failure_reason ? `: ${failure_reason}` : ''}`,
        );
      }
    }
  } catch (error) {
    // The service is what was asked for; that somebody else runs something, or Ctrl-C, is no reason to end it.
    if (signal.aborted) return;
    const left = `${bursts - begun} of ${bursts} left out`;
    terminal.say(
      `burst     ${left}: ${(error as Error).message} Runs can be started at ${client.locate(routes.dashboard)}`,
    );
  }
}

/** The service may have begun a run whose answer came too late. */
async function begin(client: ServiceClient, before: number, signal: AbortSignal): Promise<string> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return (await client.trigger(workload)).run_id;
    } catch (error) {
      if (!(error instanceof BusyServiceError) || performance.now() > deadlineMs) throw error;
    }
    await delay(pollMs, undefined, { signal });
    const runs = await askPatiently(() => client.listRuns(bursts), signal);
    const [latest] = runs;
    if (latest && runs.length > before) return latest.run_id;
  }
}

async function waitForEnd(client: ServiceClient, runId: string, signal: AbortSignal): Promise<Results> {
  for (;;) {
    const results = await askPatiently(() => client.readResults(runId), signal);
    if (isTerminal(results.status)) return results;
    await delay(pollMs, undefined, { signal });
  }
}

async function askPatiently<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const deadlineMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof BusyServiceError) || performance.now() > deadlineMs) throw error;
    }
    await delay(pollMs, undefined, { signal });
  }
}
