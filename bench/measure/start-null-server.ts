import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface NullServer {
  readonly url: string;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the null server in a process of its own on loopback; it is gone with this process even when that is killed.
 * @throws {Error} when it does not start, with what it said; the signal's reason when it fires before.
 */
export async function startNullServer(signal?: AbortSignal): Promise<NullServer> {
  signal?.throwIfAborted();
  const script = fileURLToPath(new URL('null-server.ts', import.meta.url));
  const child = execa(process.execPath, [script], {
    // Ctrl-C in a terminal reaches this process alone.
    detached: true,
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    forceKillAfterDelay: 500,
    reject: false,
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const ended = child.then(({ stderr }) => new Error(`The null server did not start; it said:\n${stderr}`));
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
