import { totalmem } from 'node:os';

/** For everything but cached artifacts and the kernel's buffers of connections: code, requests, garbage. */
const ownBytes = 256 * 1024 * 1024;

/**
 * Half of the memory that cgroup and machine leave the process beyond its own 256 MiB. The other half is for what the
 * kernel holds of bodies on their way, which a cgroup counts, too: up to 2 MB for a client that is slow.
 */
export function readDefaultCacheBytes(
  allowedBytes = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
): number {
  return Math.floor(Math.max(0, allowedBytes - ownBytes) / 2);
}
