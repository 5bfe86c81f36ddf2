import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { routes } from '../../contract/routes.ts';
import { type PhaseTimes, phases } from '../../contract/telemetry.ts';
import { addCacheMetrics, type CacheUse } from './cache-metrics.ts';
import type { Load, SharedLoad } from './gauge-timeline.ts';
import { oneWorker } from './service-use.ts';
import { addWorkerMetrics, type ProcessMetrics } from './worker-metrics.ts';

/** What is counted of a request that has ended. */
export interface MeasuredRequest {
  readonly method: string;
  readonly route: string | null;
  readonly status: number;
  readonly residenceMs: number;
  readonly phases: PhaseTimes;
  readonly bodyBytes: number;
}

export interface ServiceMetrics {
  readonly contentType: string;
  /** Of this process, in Prometheus' text format. */
  render(): Promise<string>;
  /** Of this process, to be rendered with those of other workers. */
  read(): Promise<ProcessMetrics>;
  record(request: MeasuredRequest): void;
}

/** From what a cached answer takes to what the slowest download may. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Others are as many as callers invent. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];

/** Of the default ones: gauges that are called totals, which Prometheus' own checks refuse. */
const misnamed = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

/**
 * Metrics of this process for a scraper: names and units as Prometheus has them, labels of few values each. Of several
 * workers each labels its own with its slot; null is the only one.
 */
export function createServiceMetrics(
  readLoad: () => SharedLoad,
  readCache: () => CacheUse,
  slot: number | null = null,
): ServiceMetrics {
  const registry = new Registry();
  if (slot !== null) registry.setDefaultLabels({ worker: String(slot) });
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const registers = [registry];
  const requests = new Counter({
    name: 'modelrig_http_requests_total',
    help: 'Requests that ended, by method, pattern of the route and status.',
    labelNames: ['method', 'route', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'modelrig_http_request_duration_seconds',
    help: 'From the arrival of a request until its last byte was handed to the kernel, or its connection closed.',
    labelNames: ['route'],
    buckets,
    registers,
  });
  const phaseTimes = new Histogram({
    name: 'modelrig_download_phase_duration_seconds',
    help: 'Time that a download spent in each phase inside the service.',
    labelNames: ['phase'],
    buckets,
    registers,
  });
  const bytes = new Counter({
    name: 'modelrig_http_response_body_bytes_total',
    help: 'Body bytes of answers that were handed to the kernel as a whole.',
    labelNames: ['route'],
    registers,
  });
  addLoadGauges(registers, 's3_connections', 'connections to S3', () => readLoad().s3Pool);
  addLoadGauges(
    registers,
    'admission_places',
    'places of downloads that are let in at once',
    () => readLoad().admission,
  );
  addCacheMetrics(registers, readCache);
  if (slot === null) addWorkerMetrics(registers, oneWorker);

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    read: () => registry.getMetricsAsJSON(),
    record({ method, route: pattern, status, residenceMs, phases: times, bodyBytes }) {
      const route = pattern ?? 'none';
      requests.inc({ method: methods.includes(method) ? method : 'other', route, code: status });
      durations.observe({ route }, residenceMs / 1_000);
      bytes.inc({ route }, bodyBytes);
      if (method !== 'GET' || route !== routes.download) return;
      for (const phase of phases) if (times[phase] > 0) phaseTimes.observe({ phase }, times[phase] / 1_000);
    },
  };
}

/** Absent where the strategy has no such limit. */
function addLoadGauges(registers: Registry[], name: string, what: string, read: () => Load | null): void {
  new Gauge({
    name: `modelrig_${name}`,
    help: `Of the ${what}: how many are in use, and how many requests wait for one.`,
    labelNames: ['state'],
    registers,
    collect() {
      const load = read();
      this.reset();
      if (load === null) return;
      this.set({ state: 'active' }, load.active);
      this.set({ state: 'queued' }, load.queued);
    },
  });
  new Gauge({
    name: `modelrig_${name}_limit`,
    help: `How many ${what} there may be.`,
    registers,
    collect() {
      const load = read();
      if (load === null) this.remove();
      else this.set(load.limit);
    },
  });
}
