import { readFileSync } from 'node:fs';

/** What the process has open by itself, with room to spare. */
const ownDescriptors = 100;
/** Of the clients for publishing, documents and health, and of that for tables. */
const storeSockets = 150;
/** No profile may ask for more. */
const mostRunSockets = 10_000;

/** What a process's limit of open files (`ulimit -n`) leaves room for beside its own connections to the stores. */
export interface OpenFiles {
  readonly limit: number;
  /** Connections of clients. */
  readonly forClients: number;
  /** Connections to S3 of a run with a profile; of two runs at once never, for the first one's are closed before. */
  readonly forRun: number;
}

/**
 * A run gets a third of what the process leaves, clients the rest, and no less than a third of all. Where that leaves a
 * run nothing clients have half of the limit, and the stores share the rest. `s3Sockets`: of the process's own deliveries.
 */
export function divideOpenFiles(limit: number, s3Sockets: number): OpenFiles {
  const own = ownDescriptors + storeSockets + s3Sockets;
  const left = limit - own;
  const forRun = Math.min(mostRunSockets, Math.floor(left / 3), Math.floor((limit * 2) / 3) - own);
  if (forRun > 0) return { limit, forClients: left - forRun, forRun };
  return { limit, forClients: Math.max(Math.floor(limit / 2), left), forRun: 0 };
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
