import type { Generator } from '../../contract/report.ts';
import type { Label } from '../../contract/run.ts';
import { formatFigure, formatPercent } from './format.ts';

const busyCore = 0.9;
const littleIdle = 0.1;

/**
 * What limits the meaning of figures that are right in themselves: a generator that could not have gone faster, a
 * machine without time to spare. `isShared`: the service ran on the generator's machine.
 */
export function labelRun(generator: Generator, machine: { cores: number; isShared: boolean }): Label[] {
  const { cpu_utilization, machine_idle } = generator;
  const labels: Label[] = [];
  if (cpu_utilization > busyCore) {
    labels.push({
      label: 'client-bound',
      reason: `the load generator used ${formatFigure(cpu_utilization)} of one core`,
    });
  }
  if (machine_idle !== null && machine_idle < littleIdle) {
    labels.push({
      label: 'host-bound',
      reason: `${describeMachine(machine)} idle for ${formatPercent(machine_idle * 100)} of the time`,
    });
  }
  return labels;
}

function describeMachine({ cores, isShared }: { cores: number; isShared: boolean }): string {
  const counted = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return isShared
    ? `client and service share ${counted}, ${cores === 1 ? 'which was' : 'which were'}`
    : `the load generator's machine (${counted}) was`;
}
