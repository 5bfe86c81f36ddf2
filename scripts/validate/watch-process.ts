import { readFileSync } from 'node:fs';

export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

const intervalMs = 100;
/** Linux counts a process's CPU time in these on all its platforms (getconf CLK_TCK). */
const ticksPerSecond = 100;

/**
 * Watches a process from outside, so that one which dies is measured until then; the returned function stops and
 * tells what it used since. Kills it when the machine has less than `leastFreeBytes` left. Linux only.
 */
export function watchProcess(pid: number, leastFreeBytes: number): () => ProcessUse {
  const start = readUse(pid);
  let last = start;
  const timer = setInterval(() => {
    last = readUse(pid) ?? last;
    if (readFreeBytes() < leastFreeBytes) process.kill(pid, 'SIGKILL');
  }, intervalMs);
  return () => {
    clearInterval(timer);
    last = readUse(pid) ?? last;
    return {
      cpuSeconds: (last?.cpuSeconds ?? Number.NaN) - (start?.cpuSeconds ?? 0),
      peakRssBytes: last?.peakRssBytes ?? Number.NaN,
    };
  };
}

/** Memory that programs can still get. */
export function readFreeBytes(): number {
  return 1_024 * Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
}

/** Null when the process has ended. */
function readUse(pid: number): ProcessUse | null {
  try {
    // The name in brackets may hold anything; the fields after it are user and system time, 14th and 15th in all.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (peak === undefined) return null;
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      peakRssBytes: 1_024 * Number(peak),
    };
  } catch {
    return null;
  }
}
