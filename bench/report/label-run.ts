import type { Generator } from '../../contract/report.ts';
import type { Label } from '../../contract/run.ts';
import { formatFigure, formatPercent, joinWords } from './format.ts';

const busyCore = 0.9;
const littleIdle = 0.1;

/**
 * What limits the meaning of figures that are right in themselves: a generator that could not have gone faster, a
 * machine without time to spare. `neighbours`: what is measured and ran on the generator's machine, in words.
 */
export function labelRun(
  generator: Generator,
  machine: { cores: number; neighbours: readonly string[] },
): Label[] {
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

function describeMachine({ cores, neighbours }: { cores: number; neighbours: readonly string[] }): string {
  const counted = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return neighbours.length > 0
    ? `${joinWords(['client', ...neighbours])} share ${counted}, ${cores === 1 ? 'which was' : 'which were'}`
    : `the load generator's machine (${counted}) was`;
}
