import { setTimeout as sleep } from 'node:timers/promises';
import type { Scenario } from '../../../bench/index.ts';
import { isTerminal, type RunRecord } from '../../../contract/run.ts';
import { hardDeadline } from '../hard-deadline.ts';
import { settleRun } from '../settle-run.ts';
import { keepTrying } from './keep-trying.ts';
import { RunStopped } from './run-stopped.ts';
import type { RunnerContext } from './runner-context.ts';

const pollMs = 100;

/**
 * Waits until every shard of the run is ready, then moves the run to `running`: whoever comes first does it. A
 * runner that waits settles the run, so that it ends when another one never comes.
 */
export async function passBarrier(
  context: RunnerContext,
  run: RunRecord,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<void> {
  const { runs } = context;
  for (;;) {
    const shards = await keepTrying(() => runs.listShards(run.run_id), signal);
    if (shards.filter((shard) => shard.state !== 'claimed').length === run.shards) break;
    const settled = await keepTrying(() => settleRun(context, run), signal);
    if (isTerminal(settled.status)) throw endedOutside(settled.status);
    await sleep(pollMs);
  }
  const deadline = hardDeadline(Date.now(), scenario);
  if (await keepTrying(() => runs.startLoad(run.run_id, deadline), signal)) return;
  const present = await keepTrying(() => runs.readRun(run.run_id), signal);
  if (present?.status !== 'running') throw endedOutside(present?.status ?? 'gone');
}

function endedOutside(status: string): RunStopped {
  return new RunStopped('to_others', `The run is ${status}; it was ended before its load began.`);
}
