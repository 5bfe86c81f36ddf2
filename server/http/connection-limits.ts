import { loadBalancerIdleSeconds } from '../../contract/load-balancer.ts';
import type { ServiceConfig } from '../config.ts';
import type { OpenFiles } from '../open-files.ts';

/** How many connections clients may have, and how long without getting on with them, by what they do meanwhile. */
export interface ConnectionLimits {
  /** Sockets that listen for them. */
  readonly listeners: number;
  readonly places: number;
  /** Until the head of a request is whole, from the connection or its first byte on. */
  readonly headMs: number;
  /** In the middle of a request or an answer, while nothing passes. */
  readonly silenceMs: number;
  /** Between two requests. */
  readonly idleMs: number;
}

/** A hundred clients at once are then let in within some seven turns of the event loop. */
const mostListeners = 32;
/** Of the open files they take no more than one in so many. */
const filesPerListener = 32;

/**
 * Heads are small and come at once, whatever the line. Silence ends here before the load balancer ends it, so that whatever
 * is behind it here ends, too. Between requests it is the load balancer that has to be first, or a request could meet a
 * connection that is just being closed; without one, a client that wants to go on does so in seconds.
 */
export function chooseConnectionLimits(
  { computeBackend, workers }: Pick<ServiceConfig, 'computeBackend' | 'workers'>,
  openFiles: OpenFiles,
): ConnectionLimits {
  return {
    // On Lambda one request comes at a time, from the function itself.
    listeners: computeBackend === 'lambda' ? 1 : countListeners(openFiles.limit, workers),
    places: openFiles.forClients,
    headMs: 20_000,
    silenceMs: (loadBalancerIdleSeconds - 10) * 1_000,
    idleMs: computeBackend === 'fargate' ? (loadBalancerIdleSeconds + 10) * 1_000 : 5_000,
  };
}

/** Of all workers together: each client comes by any of them. */
function countListeners(fileLimit: number, workers: number): number {
  return Math.max(1, Math.min(Math.ceil(mostListeners / workers), Math.floor(fileLimit / filesPerListener)));
}
