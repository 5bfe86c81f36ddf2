import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readMachineTimes } from './machine-times.ts';
import { findRunQueueWait, readRunQueueTimes } from './run-queue-times.ts';

export interface GeneratorCost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  readonly longestTurnMs: number;
  /** CPU time of the machine that passed, busy or idle, all cores together. */
  readonly machineSeconds: number;
  /** What other processes of the machine took of it. */
  readonly othersSeconds: number;
  /** What other machines on its host took of it; null where it cannot be read. */
  readonly stolenSeconds: number | null;
  readonly idleSeconds: number;
  /** Share of the time in which something waited for a CPU, 0 to 1; null where it cannot be read. */
  readonly runQueueWait: number | null;
}

const delayResolutionMs = 5;

/** Starts measuring this process and its machine; the returned function stops and tells what was used in between. */
export function measureGeneratorCost(): () => GeneratorCost {
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();
  const startedMs = performance.now();
  const cpuStart = process.cpuUsage();
  const machineStart = readMachineTimes();
  const queueStart = readRunQueueTimes();
  return () => {
    delay.disable();
    const { user, system } = process.cpuUsage(cpuStart);
    const machine = readMachineTimes();
    const wallSeconds = (performance.now() - startedMs) / 1_000;
    const cpuSeconds = (user + system) / 1e6;
    const machineSeconds = machine.totalSeconds - machineStart.totalSeconds;
    const idleSeconds = machine.idleSeconds - machineStart.idleSeconds;
    const stolenSeconds =
      machine.stolenSeconds === null ? null : machine.stolenSeconds - (machineStart.stolenSeconds ?? 0);
    return {
      wallSeconds,
      cpuSeconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      // The monitor's timer fires every few milliseconds anyway; only what exceeds that is delay.
      longestTurnMs: Math.max(0, delay.max / 1e6 - delayResolutionMs),
      machineSeconds,
      othersSeconds: Math.max(0, machineSeconds - idleSeconds - (stolenSeconds ?? 0) - cpuSeconds),
      stolenSeconds,
      idleSeconds,
      runQueueWait: findRunQueueWait(queueStart, readRunQueueTimes(), wallSeconds),
    };
  };
}
