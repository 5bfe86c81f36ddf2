import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Shaping, StoreCounts } from '../../contract/store-counts.ts';
import { readStoreCounts } from '../measure/read-store-counts.ts';

export interface ShapingProxy {
  readonly url: string;
  /** What it counted since it started. */
  readCounts(): Promise<StoreCounts>;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

const unshaped: Shaping = {
  first_byte_ms: 0,
  bytes_per_second_per_connection: null,
  bytes_per_second_total: null,
};

/**
 * Starts a proxy before a store, or before a service, that is as slow as `shaping` says, on loopback and in a process
 * of its own that is gone with this one.
 * @throws {Error} when it does not start, with what it said.
 */
export async function startShapingProxy(targetUrl: string, shaping: Partial<Shaping>): Promise<ShapingProxy> {
  const script = fileURLToPath(new URL('shaping-proxy-process.ts', import.meta.url));
  const child = execa(process.execPath, [script, targetUrl, JSON.stringify({ ...unshaped, ...shaping })], {
    detached: true,
    ipc: true,
    stdin: 'ignore',
    stdout: 'ignore',
    forceKillAfterDelay: 500,
    reject: false,
  });
  const ended = child.then(({ stderr }) => new Error(`The shaping proxy ended; it said:\n${stderr}`));
  const started = await Promise.race([child.getOneMessage().catch(() => ended), ended]);
  if (started instanceof Error) throw started;
  const url = `http://127.0.0.1:${(started as { readonly port: number }).port}`;
  return {
    url,
    async readCounts() {
      const counts = await readStoreCounts(url);
      if (counts === null) throw new Error('The shaping proxy does not answer with its counts.');
      return counts;
    },
    async stop() {
      child.kill();
      await child;
    },
  };
}
