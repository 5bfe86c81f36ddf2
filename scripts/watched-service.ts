import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { Terminal } from '../bench/cli/terminal.ts';
import { isRunning, readServiceUrl, serviceArguments, serviceOptions, stopService } from './service-process.ts';

const watchedFolders = ['contract', 'bench', 'server'];
const settleMs = 200;
/** A restart does not wait for downloads; the end of `dev` does, as long as the service itself would. */
const restartLimitMs = 1_000;
const stopLimitMs = 15_000;
const startLimitMs = 15_000;

export interface ServiceWatcher {
  /** Gets the address, which the service keeps when it starts anew. */
  onUp(url: string): void;
  /** The signal fired; the service, which is there unless it ended by itself, is asked to end when this resolves. */
  onEnd(url: string): Promise<void>;
}

/**
 * Runs the service and starts it anew when a source file changes, until the signal fires and the service is gone.
 * False when the service did not come up at its first start; later it waits for the change that mends it.
 */
export async function runWatchedService(
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
  signal: AbortSignal,
  { onUp, onEnd }: ServiceWatcher,
): Promise<boolean> {
  let service = start(env);
  const url = await Promise.race([service.url, service.ended.then(() => null)]);
  if (url === null) return false;
  onUp(url);
  // The page that somebody has open finds the next service where this one was.
  const environment = { ...env, PORT: new URL(url).port };

  const changes = watchSources();
  while (!signal.aborted) {
    const event = await Promise.race([
      changes.next().then(() => 'changed' as const),
      service.ended.then(() => 'ended' as const),
      aborted(signal),
    ]);
    if (event === 'aborted') break;
    if (event === 'ended') {
      terminal.say('The service ended; it starts again when a file changes.');
      if ((await Promise.race([changes.next(), aborted(signal)])) === 'aborted') break;
    } else {
      terminal.say('A file changed; starting the service anew.');
    }
    await service.stop(restartLimitMs);
    service = start(environment);
  }
  changes.close();
  if (service.isRunning() && (await isUp(service))) await onEnd(url);
  await service.stop(stopLimitMs);
  return true;
}

function start(env: NodeJS.ProcessEnv) {
  const child = execa(process.execPath, serviceArguments, {
    ...serviceOptions,
    env,
    stdout: ['inherit', 'pipe'],
    stderr: 'inherit',
  });
  return {
    url: readServiceUrl(child.stdout),
    isRunning: () => isRunning(child),
    ended: child.then(() => {}),
    stop: (limitMs: number) => stopService(child, limitMs),
  };
}

/** One that was just started anew may not listen yet, or never. */
async function isUp(service: ReturnType<typeof start>): Promise<boolean> {
  return (await Promise.race([service.url, sleep(startLimitMs, null, { ref: false })])) !== null;
}

/** Changes that come close together count as one. */
function watchSources() {
  let tell: (() => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  const watchers = watchedFolders.map((folder) =>
    watch(new URL(`../${folder}`, import.meta.url), { recursive: true }, (_, name) => {
      if (!/\.(tsx?|css)$/.test(name ?? '') || name?.includes('test')) return;
      clearTimeout(timer);
      timer = setTimeout(() => tell?.(), settleMs);
    }),
  );
  return {
    next: () =>
      new Promise<void>((resolveChange) => {
        tell = resolveChange;
      }),
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((tell) => {
    if (signal.aborted) tell('aborted');
    signal.addEventListener('abort', () => tell('aborted'), { once: true });
  });
}
