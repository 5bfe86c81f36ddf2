import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';

/** One request of a run, from its arrival until exactly one of its two ends. */
export interface RequestObserver {
  complete(bodyBytes: number): void;
  abort(): void;
}

/** Of the event-loop delay: the histogram counts from one of its own ticks to the next, this interval included. */
const resolutionMs = 10;

/**
 * The counters of one run in this process, from its first request on. CPU, utilisation and active time stop with
 * the end of the last request, so that idling until the final flush is not charged to the run.
 */
export class RunCounters {
  /** Whether the run was seen active in the table. */
  isKnown = false;
  inFlight = 0;
  #seq = 0;
  #started = 0;
  #completed = 0;
  #aborted = 0;
  #bodyBytes = 0;
  #peakRssBytes = process.memoryUsage.rss();
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();
  readonly #startLoop = performance.eventLoopUtilization();
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  #activeMs = 0;
  #cpuSeconds = 0;
  #utilization: EventLoopUtilization | null = null;

  constructor() {
    this.#delay.enable();
  }

  begin(): RequestObserver {
    this.#started += 1;
    this.inFlight += 1;
    let ended = false;
    const end = (count: () => void) => {
      if (ended) return;
      ended = true;
      this.inFlight -= 1;
      count();
      this.#measure();
    };
    return {
      complete: (bodyBytes) =>
        end(() => {
          this.#completed += 1;
          this.#bodyBytes += bodyBytes;
        }),
      abort: () =>
        end(() => {
          this.#aborted += 1;
        }),
    };
  }

  /** The counters so far, under the next sequence number. */
  read(instanceId: string, final: boolean): InstanceTelemetry {
    if (this.inFlight > 0) this.#measure();
    this.#seq += 1;
    return {
      instance_id: instanceId,
      seq: this.#seq,
      final,
      requests_started: this.#started,
      requests_completed: this.#completed,
      requests_aborted: this.#aborted,
      body_bytes: this.#bodyBytes,
      active_seconds: this.#activeMs / 1_000,
      cpu_seconds: this.#cpuSeconds,
      event_loop_utilization: this.#utilization?.utilization ?? 0,
      event_loop_delay_max_ms: Math.max(0, this.#delay.max / 1e6 - resolutionMs),
      peak_rss_bytes: this.#peakRssBytes,
    };
  }

  close(): void {
    this.#delay.disable();
  }

  #measure(): void {
    this.#activeMs = performance.now() - this.#startMs;
    const { user, system } = process.cpuUsage(this.#startCpu);
    this.#cpuSeconds = (user + system) / 1e6;
    this.#utilization = performance.eventLoopUtilization(this.#startLoop);
    this.#peakRssBytes = Math.max(this.#peakRssBytes, process.memoryUsage.rss());
  }
}
