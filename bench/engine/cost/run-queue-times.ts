import { readFileSync } from 'node:fs';

/** Time spent waiting for a CPU, counted up from whenever; null where it cannot be read. */
export interface RunQueueTimes {
  /** Of this process's main thread. */
  readonly ownSeconds: number | null;
  /** In which anything on the machine waited. */
  readonly machineSeconds: number | null;
}

/** From /proc/self/schedstat and the kernel's pressure stall information (Linux alone, and not in every container). */
export function readRunQueueTimes(): RunQueueTimes {
  return {
    ownSeconds: parseSchedstat(readText('/proc/self/schedstat')),
    machineSeconds: parsePressure(readText('/proc/pressure/cpu')),
  };
}

/** The second of three figures, in ns (Documentation/scheduler/sched-stats.rst). */
export function parseSchedstat(text: string): number | null {
  const waited = /^\d+ (\d+) \d+\s*$/.exec(text)?.[1];
  return waited === undefined ? null : Number(waited) / 1e9;
}

/** The total of the line `some`, in µs (Documentation/accounting/psi.rst). */
export function parsePressure(text: string): number | null {
  const total = /^some .*\btotal=(\d+)$/m.exec(text)?.[1];
  return total === undefined ? null : Number(total) / 1e6;
}

/** The greater share of the two, 0 to 1; null when neither can be told. */
export function findRunQueueWait(
  before: RunQueueTimes,
  after: RunQueueTimes,
  wallSeconds: number,
): number | null {
  const pairs = [
    [before.ownSeconds, after.ownSeconds],
    [before.machineSeconds, after.machineSeconds],
  ] as const;
  const shares = pairs.flatMap(([from, to]) =>
    from === null || to === null ? [] : [(to - from) / wallSeconds],
  );
  return shares.length === 0 || wallSeconds <= 0 ? null : Math.min(1, Math.max(...shares));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
