import { isTerminal } from '../../contract/run.ts';
import type { Launcher } from '../launcher.ts';
import { type Repetition, repeatInBackground } from '../repeat-in-background.ts';
import type { RunRecords } from './run-store.ts';

/** A runner hears of its run's end with its next heartbeats and leaves by itself; after this it cannot. */
const leaveMs = 60_000;
const intervalMs = 60_000;

export interface OrphanContext {
  readonly runs: Pick<RunRecords, 'readRun'>;
  readonly launcher: Pick<Launcher, 'listRuns' | 'stopRunners'>;
}

/** Stops runners whose run has ended without them: frozen, cut off from the stores, or launched twice. */
export async function stopOrphans({ runs, launcher }: OrphanContext): Promise<void> {
  for (const runId of await launcher.listRuns()) {
    const run = await runs.readRun(runId);
    const endedMs = run?.completed_at ? Date.parse(run.completed_at) : 0;
    const isOver = run === null || isTerminal(run.status);
    if (isOver && Date.now() - endedMs > leaveMs) {
      await launcher.stopRunners(runId, `Its run is ${run?.status ?? 'gone'}.`);
    }
  }
}

export function superviseOrphans(context: OrphanContext, onError: (error: unknown) => void): Repetition {
  return repeatInBackground(() => stopOrphans(context), { intervalMs, onError });
}
