import type { DownloadClient } from './delivery-strategy.ts';

export interface DownloadCount {
  /** Counts a download until its connection closes. */
  enter(client: DownloadClient): void;
  /** Hangs up on all that are counted. */
  resetAll(): void;
  /** Resolves as soon as nothing is counted. */
  whenNone(): Promise<void>;
}

export function countDownloads(): DownloadCount {
  const connected = new Set<DownloadClient>();
  let becomeIdle = () => {};
  return {
    enter(client) {
      if (client.signal.aborted) return;
      connected.add(client);
      const leave = () => {
        connected.delete(client);
        if (connected.size === 0) becomeIdle();
      };
      client.signal.addEventListener('abort', leave, { once: true });
    },
    resetAll() {
      for (const client of [...connected]) client.reset();
    },
    async whenNone() {
      if (connected.size > 0) await new Promise<void>((resolve) => (becomeIdle = resolve));
    },
  };
}
