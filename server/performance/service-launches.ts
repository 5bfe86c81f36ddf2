import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type RunRecord } from '../../contract/run.ts';
import type { Launcher } from '../launcher.ts';
import { repeatInBackground } from '../repeat-in-background.ts';
import { failRun } from './end-run.ts';
import type { RunStore } from './run-store.ts';

/** How long whoever asks for a launch waits for it; it goes on behind. */
const patienceMs = 1_000;
/** A launch that is not known to have come to its end is repeated after this. */
const resumeAfterMs = 15_000;
/** How often a launch that takes its time looks whether there is still a run to launch for: runners may end it, too. */
const lookMs = 1_000;

export interface ServiceLaunches {
  /** Launches the run's runners; one that fails is the run's end, and its results say why. */
  launchRun(run: RunRecord): Promise<void>;
  /** Does so again where the service that launched may have ended over it. */
  resumeLaunch(run: RunRecord): Promise<void>;
}

/** Launches in the service: one a run at a time, however many ask. */
export function createServiceLaunches(runs: RunStore, launcher: Launcher): ServiceLaunches {
  const underWay = new Map<string, Promise<void>>();

  async function launch(run: RunRecord): Promise<void> {
    const watch = repeatInBackground(() => stopIfOver(run), { intervalMs: lookMs, onError: () => {} });
    try {
      await launcher.launch(run);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // With the stores gone too, the launch timeout ends the run.
      await failRun(runs, run.run_id, `The runner could not be launched: ${message}`).catch(() => false);
      await launcher.stopRunners(run.run_id, 'Not all runners of the run could be launched.').catch(() => {});
      return;
    } finally {
      await watch.stop();
    }
    // What is not noted is launched once more, which is harmless.
    await runs.noteLaunched(run.run_id, new Date().toISOString()).catch(() => {});
  }

  async function stopIfOver({ run_id }: RunRecord): Promise<void> {
    const run = await runs.readRun(run_id);
    if (run !== null && isTerminal(run.status)) {
      await launcher.stopRunners(run_id, `The run is ${run.status}.`);
    }
  }

  async function launchRun(run: RunRecord): Promise<void> {
    const launching = underWay.get(run.run_id) ?? launch(run).finally(() => underWay.delete(run.run_id));
    underWay.set(run.run_id, launching);
    await Promise.race([launching, sleep(patienceMs, undefined, { ref: false })]);
  }

  return {
    launchRun,
    async resumeLaunch(run) {
      if (Date.now() - Date.parse(run.started_at) > resumeAfterMs) await launchRun(run);
    },
  };
}
