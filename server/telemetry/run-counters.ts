import type { InstanceTelemetry, Phase, RequestPhases } from '../../contract/telemetry.ts';
import { phases } from '../../contract/telemetry.ts';
import { countNoReads, type RequestTrace } from '../request-trace.ts';
import { GaugeTimeline, type SharedLoad } from './gauge-timeline.ts';
import { PhaseHistograms } from './phase-histograms.ts';
import { ProcessMeter, type ProcessUse } from './process-meter.ts';
import { RequestRows } from './request-rows.ts';

/** One request of a run, from its arrival until exactly one of its two ends. */
export interface RequestObserver {
  complete(bodyBytes: number): void;
  abort(): void;
}

export interface ObservedRequest {
  readonly requestId: string;
  readonly trace: RequestTrace;
  /** Sent after the load, to see what a request takes by itself: kept apart from everything else. */
  readonly isAlone: boolean;
}

/**
 * What one run was in this process, from its first request on. CPU, utilisation and active time stop with the end of
 * the last request, so that idling until the final flush is not charged to the run.
 */
export class RunCounters {
  /** Whether the run was seen active in the table. */
  isKnown = false;
  inFlight = 0;
  /** Of others, while this run is kept. */
  readonly others = { requests: 0, downloads: 0, s3: countNoReads() };
  #seq = 0;
  #started = 0;
  #completed = 0;
  #aborted = 0;
  #bodyBytes = 0;
  readonly #s3 = countNoReads();
  #residenceMs = 0;
  readonly #phasesMs = Object.fromEntries(phases.map((phase) => [phase, 0])) as Record<Phase, number>;
  readonly #rows = new RequestRows();
  readonly #alone = new RequestRows();
  readonly #histograms = new PhaseHistograms();
  readonly #meter = new ProcessMeter();
  readonly #timeline: GaugeTimeline;
  #use: ProcessUse | null = null;
  #peakRssBytes = process.memoryUsage.rss();

  constructor(readLoad: () => SharedLoad) {
    this.#timeline = new GaugeTimeline(readLoad, () => this.inFlight);
  }

  /** Whether nothing of the run is in flight: no request, and nothing that one has begun to read from S3. */
  get isIdle(): boolean {
    return this.inFlight === 0 && this.#s3.underWay === 0;
  }

  begin({ requestId, trace, isAlone }: ObservedRequest): RequestObserver {
    let hasEnded = false;
    const end = (bodyBytes: number | null) => {
      if (hasEnded) return;
      hasEnded = true;
      const times = trace.end();
      const request = { requestId, bodyBytes: bodyBytes ?? 0, completed: bodyBytes !== null, ...times };
      if (isAlone) this.#alone.add(request);
      else this.#count(request);
    };
    if (!isAlone) {
      trace.countReadsIn(this.#s3);
      this.#started += 1;
      this.inFlight += 1;
    }
    return { complete: (bodyBytes) => end(bodyBytes), abort: () => end(null) };
  }

  /** What there is so far, under the next sequence number; the requests one by one only with the last word. */
  read(instanceId: string, final: boolean): InstanceTelemetry {
    if (this.inFlight > 0) this.#measure();
    this.#seq += 1;
    const { s3Pool, admission } = this.#timeline.readPools();
    const delay = this.#meter.readDelay();
    return {
      instance_id: instanceId,
      seq: this.#seq,
      final,
      requests_started: this.#started,
      requests_completed: this.#completed,
      requests_aborted: this.#aborted,
      body_bytes: this.#bodyBytes,
      active_seconds: (this.#use?.elapsedMs ?? 0) / 1_000,
      cpu_seconds: this.#use?.cpuSeconds ?? 0,
      event_loop_utilization: this.#use?.loopUtilization ?? 0,
      event_loop_delay_max_ms: delay.maxMs,
      event_loop_delay_mean_ms: delay.meanMs,
      peak_rss_bytes: this.#peakRssBytes,
      loop_cpu_seconds: this.#use?.loopCpuSeconds ?? 0,
      loop_wait_seconds: this.#use?.loopWaitSeconds ?? null,
      gc_pause_seconds: this.#use?.gcPauseSeconds ?? 0,
      s3_gets: this.#s3.gets,
      s3_bytes: this.#s3.bytes,
      other_requests: this.others.requests,
      other_downloads: this.others.downloads,
      other_s3_gets: this.others.s3.gets,
      residence_ms: this.#residenceMs,
      phases_ms: { ...this.#phasesMs },
      s3_pool: s3Pool,
      admission,
      timeline: this.#timeline.read(),
      histograms: final ? this.#histograms.encode() : null,
      requests: final ? this.#rows.read() : null,
      alone: final ? this.#readAlone() : null,
    };
  }

  close(): void {
    this.#meter.close();
    this.#timeline.close();
  }

  #count(request: Parameters<RequestRows['add']>[0]): void {
    this.inFlight -= 1;
    if (request.completed) this.#completed += 1;
    else this.#aborted += 1;
    this.#bodyBytes += request.bodyBytes;
    this.#residenceMs += request.residenceMs;
    for (const phase of phases) this.#phasesMs[phase] += request.phases[phase];
    this.#rows.add(request);
    this.#histograms.record(request);
    if (this.inFlight === 0) this.#measure();
  }

  #readAlone(): RequestPhases | null {
    const alone = this.#alone.read();
    return alone.requests === 0 ? null : alone;
  }

  #measure(): void {
    this.#use = this.#meter.read();
    this.#peakRssBytes = Math.max(this.#peakRssBytes, process.memoryUsage.rss());
  }
}
