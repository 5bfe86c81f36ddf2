import { setTimeout as delay } from 'node:timers/promises';
import { ServiceClient } from '../bench/cli/service-client.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import { runPagePath } from '../contract/routes.ts';
import { isTerminal } from '../contract/run-status.ts';

const bursts = 3;
const workload = { num_clients: 10, note: 'one of three small bursts at the first start' };
const pollMs = 500;

/** Three small bursts through a service without runs, so that its dashboard has something to show. */
export async function runFirstBursts(
  { url, token }: { url: string; token: string | null },
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const client = new ServiceClient(url, token);
  try {
    if ((await client.listRuns(1)).length > 0) return;
    for (let burst = 1; burst <= bursts && !signal.aborted; burst += 1) {
      const { run_id } = await client.trigger(workload);
      terminal.say(`burst     ${burst} of ${bursts}: ${client.locate(runPagePath(run_id))}`);
      while (!isTerminal((await client.readResults(run_id)).status)) await delay(pollMs, undefined, { signal });
    }
  } catch (error) {
    // The service is what was asked for; that somebody else runs something, or Ctrl-C, is no reason to end it.
    if (!signal.aborted) terminal.say(`burst     not made: ${(error as Error).message}`);
  }
}
