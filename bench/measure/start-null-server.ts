import { type Listener, startListener } from './start-listener.ts';

/** @throws {Error} as `startListener` does. */
export function startNullServer(signal?: AbortSignal): Promise<Listener> {
  return startListener('null server', new URL('null-server.ts', import.meta.url), [], signal);
}
