import type { Shaping, StoreCounts } from '../../contract/store-counts.ts';
import { readStoreCounts } from '../measure/read-store-counts.ts';
import { type Listener, startListener } from '../measure/start-listener.ts';

export interface ShapingProxy extends Listener {
  /** What it counted since it started. */
  readCounts(): Promise<StoreCounts>;
}

const unshaped: Shaping = {
  first_byte_ms: 0,
  bytes_per_second_per_connection: null,
  bytes_per_second_total: null,
};

/**
 * Starts a proxy before a store, or before a service, that is as slow as `shaping` says.
 * @throws {Error} as `startListener` does.
 */
export async function startShapingProxy(targetUrl: string, shaping: Partial<Shaping>): Promise<ShapingProxy> {
  const script = new URL('shaping-proxy-process.ts', import.meta.url);
  const args = [targetUrl, JSON.stringify({ ...unshaped, ...shaping })];
  const proxy = await startListener('shaping proxy', script, args);
  return {
    ...proxy,
    async readCounts() {
      const counts = await readStoreCounts(proxy.url);
      if (counts === null) throw new Error('The shaping proxy does not answer with its counts.');
      return counts;
    },
  };
}
