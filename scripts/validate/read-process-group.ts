import { readdirSync, readFileSync } from 'node:fs';

/** Of a program that leads a process group, and of all that it has started in it. */
export interface GroupUse {
  /** One is the service itself; with several processes, one of them only starts the others. */
  readonly workers: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Each process's own greatest, added up. */
  readonly peakRssBytes: number;
}

/** Linux counts a process's CPU time in these on all its platforms (getconf CLK_TCK). */
const ticksPerSecond = 100;

/**
 * What a service uses, its workers included, by the kernel's account. Linux only.
 * @throws {Error} when it has ended.
 */
export function readProcessGroup(leader: number): GroupUse {
  const members = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readMember(name, leader) : []));
  if (members.length === 0) throw new Error(`The process ${leader} cannot be measured: it has ended.`);
  const sum = (field: 'cpuSeconds' | 'rssBytes' | 'peakRssBytes') =>
    members.reduce((total, member) => total + member[field], 0);
  return {
    workers: Math.max(1, members.length - 1),
    cpuSeconds: sum('cpuSeconds'),
    rssBytes: sum('rssBytes'),
    peakRssBytes: sum('peakRssBytes'),
  };
}

function readMember(pid: string, leader: number) {
  try {
    // The name in brackets may hold anything; after it come state, parent and group, user and system time as 14th and 15th in all.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (Number(fields[2]) !== leader) return [];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const readKiB = (name: string) =>
      1_024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return [
      {
        cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
        rssBytes: readKiB('VmRSS'),
        peakRssBytes: readKiB('VmHWM'),
      },
    ];
  } catch (error) {
    // It has ended meanwhile.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
