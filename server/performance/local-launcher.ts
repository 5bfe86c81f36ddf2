import { execa } from 'execa';
import { isTerminal } from '../../contract/run.ts';
import { cancelledEnd, endRun, failRun } from './end-run.ts';
import type { Launcher } from './launcher.ts';
import type { RunStore } from './run-store.ts';

export interface LocalLauncherOptions {
  readonly runs: RunStore;
  /** The runner's program; it gets the run's id as its one argument. */
  readonly runnerPath: string;
  /** The service's own environment; the runner finds the same stores by it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Read at each launch: the service knows its address only once it listens. */
  readonly readTargetUrl: () => string;
  readonly onError: (error: unknown) => void;
}

/** MiB; by default V8 lets the short-lived objects of many small requests grow past the generator's 150 MiB. */
const smallYoungGeneration = '--max-semi-space-size=8';

/**
 * Starts runners as processes of their own that outlive the service. As long as the service lives, a runner that
 * ends without having ended its run fails it at once; after that, its lease does.
 */
export function createLocalLauncher(options: LocalLauncherOptions): Launcher {
  return {
    assertAvailable() {},

    async launch(runId) {
      const runner = execa(process.execPath, [smallYoungGeneration, options.runnerPath, runId], {
        env: { ...options.environment, TARGET_URL: options.readTargetUrl() },
        extendEnv: false,
        detached: true,
        cleanup: false,
        stdin: 'ignore',
        stdout: 'ignore',
        stderr: 'inherit',
        reject: false,
      });
      runner.nodeChildProcess.unref();
      runner.then((ended) => endAbandonedRun(options.runs, runId, describeEnd(ended))).catch(options.onError);
    },
  };
}

async function endAbandonedRun(runs: RunStore, runId: string, reason: string): Promise<void> {
  const run = await runs.readRun(runId);
  if (run === null || isTerminal(run.status)) return;
  if (run.cancel_requested) await endRun(runs, runId, cancelledEnd());
  else await failRun(runs, runId, reason);
}

function describeEnd(ended: {
  exitCode?: number | undefined;
  signal?: string | undefined;
  shortMessage?: string | undefined;
}): string {
  if (ended.signal) return `The runner was killed by ${ended.signal} before it finished.`;
  if (ended.exitCode === undefined) return `The runner could not be started: ${ended.shortMessage}`;
  return `The runner ended with exit code ${ended.exitCode} before it finished; its message is in the service's log.`;
}
