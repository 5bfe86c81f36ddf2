import { readFileSync } from 'node:fs';

export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  /** That the kernel gave it by read calls, sockets and files: an independent witness of what it downloaded. */
  readonly readBytes: number;
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
  if (start === null) throw new Error(`The process ${pid} cannot be watched: it has ended.`);
  let last: ProcessUse = start;
  const look = () => {
    last = readUse(pid) ?? last;
  };
  const timer = setInterval(() => {
    look();
    if (readFreeBytes() < leastFreeBytes) process.kill(pid, 'SIGKILL');
  }, intervalMs);
  return () => {
    clearInterval(timer);
    look();
    return {
      cpuSeconds: last.cpuSeconds - start.cpuSeconds,
      peakRssBytes: last.peakRssBytes,
      readBytes: last.readBytes - start.readBytes,
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
    const read = /^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
    if (peak === undefined || read === undefined) return null;
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      peakRssBytes: 1_024 * Number(peak),
      readBytes: Number(read),
    };
  } catch {
    return null;
  }
}
