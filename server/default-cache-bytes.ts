import { totalmem } from 'node:os';

/** Of a worker, for everything but cached artifacts and the kernel's buffers of connections: code, requests, garbage. */
const ownBytes = 256 * 1024 * 1024;

/**
 * Half of the memory that cgroup and machine leave the workers beyond 256 MiB each. The other half is for what the
 * kernel holds of bodies on their way, which a cgroup counts, too: up to 2 MB for a client that is slow.
 */
export function readDefaultCacheBytes(
  workers: number,
  allowedBytes = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
): number {
  return Math.floor(Math.max(0, allowedBytes - workers * ownBytes) / 2);
}
