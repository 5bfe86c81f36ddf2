import { readFileSync } from 'node:fs';
import {
  type EventLoopUtilization,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';

/** What this process used since the meter was made. */
export interface ProcessUse {
  readonly elapsedMs: number;
  readonly cpuSeconds: number;
  /** Of the event loop's thread alone. */
  readonly loopCpuSeconds: number;
  /** How long that thread was ready and waited for a core; null where the system does not tell. */
  readonly loopWaitSeconds: number | null;
  readonly loopUtilization: number;
  readonly gcPauseSeconds: number;
}

export interface LoopDelay {
  readonly meanMs: number;
  readonly maxMs: number;
}

/** Of the event-loop delay: the histogram counts from one of its own ticks to the next, this interval included. */
const resolutionMs = 10;

/** Reads the CPU, the event loop and the garbage collection of this process, each from when the meter was made. */
export class ProcessMeter {
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();
  readonly #startThread = process.threadCpuUsage();
  readonly #startWait = readRunQueueSeconds();
  readonly #startLoop: EventLoopUtilization = performance.eventLoopUtilization();
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #startGcMs = watchCollections();

  constructor() {
    this.#delay.enable();
  }

  read(): ProcessUse {
    const cpu = process.cpuUsage(this.#startCpu);
    const thread = process.threadCpuUsage(this.#startThread);
    const wait = readRunQueueSeconds();
    return {
      elapsedMs: performance.now() - this.#startMs,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      loopCpuSeconds: (thread.user + thread.system) / 1e6,
      loopWaitSeconds: wait === null || this.#startWait === null ? null : wait - this.#startWait,
      loopUtilization: performance.eventLoopUtilization(this.#startLoop).utilization,
      gcPauseSeconds: (gcPauseMs - this.#startGcMs) / 1_000,
    };
  }

  /** Since the meter was made. */
  readDelay(): LoopDelay {
    const toMs = (nanoseconds: number) =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - resolutionMs) : 0;
    return { meanMs: toMs(this.#delay.mean), maxMs: toMs(this.#delay.max) };
  }

  close(): void {
    this.#delay.disable();
    leaveCollections();
  }
}

/** One observer for all meters: each costs something with every collection. */
let gcPauseMs = 0;
let meters = 0;
let collections: PerformanceObserver | null = null;

function watchCollections(): number {
  meters += 1;
  if (collections === null) {
    collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) gcPauseMs += duration;
    });
    collections.observe({ entryTypes: ['gc'] });
  }
  return gcPauseMs;
}

function leaveCollections(): void {
  meters -= 1;
  if (meters > 0) return;
  collections?.disconnect();
  collections = null;
}

/** Linux counts it of each thread; the first one of a process is that of its event loop. */
function readRunQueueSeconds(): number | null {
  try {
    const [, waited] = readFileSync('/proc/self/schedstat', 'latin1').split(' ');
    return waited === undefined ? null : Number(waited) / 1e9;
  } catch {
    return null;
  }
}
