import { readFileSync } from 'node:fs';

/** What the process has open by itself, with room to spare. */
const ownDescriptors = 100;

/**
 * How many connections of clients the limit of open files (`ulimit -n`) leaves room for, when the stores have as many as
 * they may; half of it where that is more.
 */
export function countPlaces(storeSockets: number, limit: number): number {
  return Math.max(Math.floor(limit / 2), limit - storeSockets - ownDescriptors);
}

/** The kernel's own account of open files, which is of this process and not of a shell; infinite where nothing tells. */
export function readFileLimit(): number {
  try {
    const [, soft] = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files +(\d+)/m) ?? [];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
