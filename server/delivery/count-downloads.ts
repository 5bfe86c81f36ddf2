import type { DeliveryStrategy } from './delivery-strategy.ts';

/** A strategy that knows how many of its downloads are still connected, and so when it may be closed. */
export function countDownloads(
  strategy: DeliveryStrategy,
): DeliveryStrategy & { closeWhenIdle(): Promise<void> } {
  let connected = 0;
  let becomeIdle = () => {};
  return {
    ...strategy,
    open(request) {
      connected += 1;
      const leave = () => {
        connected -= 1;
        if (connected === 0) becomeIdle();
      };
      if (request.signal.aborted) leave();
      else request.signal.addEventListener('abort', leave, { once: true });
      return strategy.open(request);
    },
    async closeWhenIdle() {
      if (connected > 0) await new Promise<void>((resolve) => (becomeIdle = resolve));
      await strategy.close?.();
    },
  };
}
