import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** CPU time of the whole machine since it started, all cores together. */
export interface MachineTimes {
  readonly totalSeconds: number;
  readonly idleSeconds: number;
  /** What the hypervisor gave to other machines; null where it cannot be read. */
  readonly stolenSeconds: number | null;
}

/** The unit of /proc/stat towards user space, 1/100 s on every Linux that Node runs on (proc_stat(5), USER_HZ). */
const ticksPerSecond = 100;

/** From /proc/stat; elsewhere from the operating system's counters, which do not know of stolen time. */
export function readMachineTimes(): MachineTimes {
  try {
    return parseMachineTimes(readFileSync('/proc/stat', 'utf8')) ?? addCoresUp();
  } catch {
    return addCoresUp();
  }
}

/** Of the first line of /proc/stat; the time that guests of this machine took is in `user` already. */
export function parseMachineTimes(stat: string): MachineTimes | null {
  const fields = /^cpu +(\d+(?: \d+){7,})/.exec(stat)?.[1]?.split(' ').map(Number);
  if (!fields) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  return {
    totalSeconds: (user + nice + system + idle + iowait + irq + softirq + steal) / ticksPerSecond,
    idleSeconds: (idle + iowait) / ticksPerSecond,
    stolenSeconds: steal / ticksPerSecond,
  };
}

function addCoresUp(): MachineTimes {
  let [totalMs, idleMs] = [0, 0];
  for (const { times } of cpus()) {
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
    idleMs += times.idle;
  }
  return { totalSeconds: totalMs / 1_000, idleSeconds: idleMs / 1_000, stolenSeconds: null };
}
