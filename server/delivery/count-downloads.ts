export interface DownloadCount {
  /** Counts a download until its signal is aborted, which is when its connection closes. */
  enter(signal: AbortSignal): void;
  /** Resolves as soon as nothing is counted. */
  whenNone(): Promise<void>;
}

export function countDownloads(): DownloadCount {
  let connected = 0;
  let becomeIdle = () => {};
  const leave = () => {
    connected -= 1;
    if (connected === 0) becomeIdle();
  };
  return {
    enter(signal) {
      if (signal.aborted) return;
      connected += 1;
      signal.addEventListener('abort', leave, { once: true });
    },
    async whenNone() {
      if (connected > 0) await new Promise<void>((resolve) => (becomeIdle = resolve));
    },
  };
}
