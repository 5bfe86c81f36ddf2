import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface Listener {
  readonly url: string;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a server of ours in a process of its own on loopback; it tells its port by a message, and is gone with this
 * process even when that is killed. `title`: `null server`.
 * @throws {Error} when it does not start, with what it said; the signal's reason when it fires before.
 */
export async function startListener(
  title: string,
  script: URL,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<Listener> {
  signal?.throwIfAborted();
  const child = execa(process.execPath, [fileURLToPath(script), ...args], {
    // Ctrl-C in a terminal reaches this process alone.
    detached: true,
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    forceKillAfterDelay: 500,
    reject: false,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const ended = child.then(({ stderr }) => new Error(`The ${title} did not start; it said:\n${stderr}`));
  const started = await Promise.race([child.getOneMessage().catch(() => ended), ended]);
  signal?.throwIfAborted();
  if (started instanceof Error) throw started;
  const { port } = started as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await child;
    },
  };
}
