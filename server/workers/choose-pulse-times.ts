import { blockingReadLimitMs } from '../aws/blocking-read-limit.ts';
import type { ServiceConfig } from '../config.ts';
import type { PulseTimes } from './watch-pulse.ts';

const everyMs = 2_000;
/** A turn of the event loop takes milliseconds, a collection of garbage a second: even beside others who take all cores. */
const silentMs = 30_000;

/** Where `blocking` may be asked for, a worker may rightly stand still for as long as S3 takes over one artifact. */
export function choosePulseTimes({ computeBackend }: ServiceConfig): PulseTimes {
  return { everyMs, silentMs: computeBackend === 'local' ? blockingReadLimitMs + silentMs : silentMs };
}
