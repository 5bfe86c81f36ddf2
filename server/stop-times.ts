import { stopTimeoutSeconds } from '../contract/stopping.ts';
import { isLoopback, type ServiceConfig } from './config.ts';

export interface StopTimes {
  /** How long the service says that it is not ready, and takes requests all the same. */
  readonly noticeMs: number;
  /** How long answers under way may take from then on. */
  readonly drainSeconds: number;
  /** From the signal on, after which a worker that has not ended is ended. */
  readonly limitMs: number;
}

/** What a router needs to learn that an instance leaves; ECS takes a task from its load balancers before the signal. */
const noticeMs = 3_000;
/** Of the time until a container is killed: the notice, background work, and the last of the telemetry. */
const reservedSeconds = 20;
/** Within the reserve: what the primary process needs to end workers and say so before its container is killed. */
const lastWordsMs = 2_000;

/** Nobody routes to a service on loopback, and whoever stops one waits in front of it. */
export function chooseStopTimes({ computeBackend, host }: ServiceConfig): StopTimes {
  const drainSeconds = computeBackend === 'fargate' ? stopTimeoutSeconds - reservedSeconds : 10;
  return {
    noticeMs: computeBackend === 'lambda' || isLoopback(host) ? 0 : noticeMs,
    drainSeconds,
    limitMs: (drainSeconds + reservedSeconds) * 1_000 - lastWordsMs,
  };
}
