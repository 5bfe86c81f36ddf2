import { execa } from 'execa';
import { mostLocalRunners } from '../../contract/workload.ts';
import type { Launcher, RunnerState } from '../launcher.ts';

export interface LocalLauncherOptions {
  /** The runner's program; it gets the run's id as its one argument. */
  readonly runnerPath: string;
  /** The service's own environment; the runner finds the same stores by it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Read at each launch: the service knows its address only once it listens. */
  readonly readTargetUrl: () => string;
}

/** MiB; by default V8 lets the short-lived objects of many small requests grow past the generator's 150 MiB. */
const smallYoungGeneration = '--max-semi-space-size=8';
/** Of so many runs it is known what became of their runners. */
const rememberedRuns = 20;

/**
 * Starts runners as processes of their own that outlive the service. As long as the service lives it knows how each of
 * them ended, so that a run that loses one need not wait for its lease.
 */
export function createLocalLauncher(options: LocalLauncherOptions): Launcher {
  const known = new Map<string, LocalRunner[]>();

  return {
    mostRunners: mostLocalRunners,

    async launch({ run_id, shards }) {
      const runners = Array.from({ length: shards }, () => startRunner(options, run_id));
      known.set(run_id, [...(known.get(run_id) ?? []), ...runners]);
      for (const oldest of [...known.keys()].slice(0, -rememberedRuns)) known.delete(oldest);
    },

    async describeRunners({ run_id }) {
      return (known.get(run_id) ?? []).map(({ state }) => state);
    },

    /** One that is stopped itself, as by SIGSTOP, hears of nothing else. */
    async stopRunners(runId) {
      for (const { kill, state } of known.get(runId) ?? []) if (!state.stopped) kill();
    },

    async listRuns() {
      const isRunning = ({ state }: LocalRunner) => !state.stopped;
      return [...known].filter(([, runners]) => runners.some(isRunning)).map(([runId]) => runId);
    },
  };
}

interface LocalRunner {
  kill(): void;
  state: RunnerState;
}

function startRunner(
  { runnerPath, environment, readTargetUrl }: LocalLauncherOptions,
  runId: string,
): LocalRunner {
  const child = execa(process.execPath, [smallYoungGeneration, runnerPath, runId], {
    env: { ...environment, TARGET_URL: readTargetUrl() },
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
    reject: false,
  });
  child.nodeChildProcess.unref();
  const name = child.pid === undefined ? '' : `pid ${child.pid}`;
  const runner: LocalRunner = {
    kill: () => child.kill('SIGKILL'),
    state: { runner: name, stopped: false, said: 'is running' },
  };
  void child.then((ended) => {
    runner.state = { runner: name, stopped: true, said: describeEnd(ended) };
  });
  return runner;
}

function describeEnd(ended: {
  exitCode?: number | undefined;
  signal?: string | undefined;
  shortMessage?: string | undefined;
}): string {
  if (ended.signal) return `was killed by ${ended.signal} before it finished`;
  if (ended.exitCode === undefined) return `could not be started: ${ended.shortMessage}`;
  return `ended with exit code ${ended.exitCode} before it finished; its message is in the service's log`;
}
