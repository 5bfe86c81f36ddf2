import { cancelAndFollow } from '../bench/cli/follow-run.ts';
import type { ServiceClient } from '../bench/cli/service-client.ts';
import type { Terminal } from '../bench/cli/terminal.ts';
import { isTerminal } from '../contract/run-status.ts';

/**
 * Cancels the run that is under way, if there is one: its runner would outlive the service that it loads. Whose it is cannot
 * be told: only for a service with stores of its own.
 */
export async function cancelActiveRun(client: ServiceClient, terminal: Terminal): Promise<void> {
  try {
    // There is one at a time, and it is the newest.
    const [newest] = await client.listRuns(1);
    if (!newest || isTerminal(newest.status)) return;
    const { run_id } = newest;
    const { status } = await cancelAndFollow(client, run_id, {
      onSilence: (reason) => terminal.show(`run       ${run_id} is not cancelled yet: ${reason}`),
    });
    terminal.say(`run       ${run_id} ${status}`);
  } catch (error) {
    terminal.say(`run       one may go on: ${(error as Error).message}`);
  }
}
