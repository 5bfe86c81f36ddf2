import { readFileSync } from 'node:fs';

/**
 * From now on: the returned function tells what share of the machine's CPU time other programs, and other machines on
 * its host, took. This process and those of its children that have ended are not others. Linux only.
 */
export function measureOthers(): () => number {
  const start = readTicks();
  return () => {
    const { machine, busy, own } = readTicks();
    return Math.max(0, (busy - start.busy - (own - start.own)) / (machine - start.machine));
  };
}

/** In the kernel's ticks; idle time and interrupts are no program's. */
function readTicks(): Record<'machine' | 'busy' | 'own', number> {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = times;
  // After the name in brackets: user and system time of the process, then of its children, 14th to 17th in all.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return {
    machine: sum(times),
    busy: user + nice + system + stolen,
    own: sum(fields.slice(11, 15).map(Number)),
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
