import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface GeneratorCost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  readonly longestTurnMs: number;
  /** Share of the machine's CPU time that was idle, 0 to 1; null where it cannot be read. */
  readonly machineIdle: number | null;
}

const delayResolutionMs = 5;

/** Starts measuring this process; the returned function stops and tells what was used in between. */
export function measureGeneratorCost(): () => GeneratorCost {
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();
  const startedMs = performance.now();
  const cpuStart = process.cpuUsage();
  const machineStart = readMachineTimes();
  return () => {
    delay.disable();
    const { user, system } = process.cpuUsage(cpuStart);
    const machine = readMachineTimes();
    const machineTotal = machine.total - machineStart.total;
    return {
      wallSeconds: (performance.now() - startedMs) / 1_000,
      cpuSeconds: (user + system) / 1e6,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      // The monitor's timer fires every few milliseconds anyway; only what exceeds that is delay.
      longestTurnMs: Math.max(0, delay.max / 1e6 - delayResolutionMs),
      machineIdle: machineTotal > 0 ? (machine.idle - machineStart.idle) / machineTotal : null,
    };
  };
}

function readMachineTimes(): { idle: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (pick: (time: (typeof times)[number]) => number) =>
    times.reduce((total, time) => total + pick(time), 0);
  return {
    idle: sum((time) => time.idle),
    total: sum((time) => time.idle + time.user + time.nice + time.sys + time.irq),
  };
}
