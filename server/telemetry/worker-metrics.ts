import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import type { WorkersState } from './service-use.ts';

/** Of one process, as prom-client has them before they become text. */
export type ProcessMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What each worker told, under its own label, and how many there are, in Prometheus' text format. */
export async function renderTogether(told: readonly ProcessMetrics[], workers: WorkersState): Promise<string> {
  const own = new Registry();
  addWorkerMetrics([own], workers);
  // Nothing is added up: the label keeps workers apart, and so the counters of one that was replaced begin anew.
  const apart = told.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: 'first' as const })));
  const text = await AggregatorRegistry.aggregate([...apart]).metrics();
  return `${text}\n${await own.metrics()}`;
}

export function addWorkerMetrics(registers: Registry[], { alive, silent, replaced }: WorkersState): void {
  const gauge = new Gauge({
    name: 'modelrig_workers',
    help: 'Processes that serve, and of them those that did not answer, whose metrics are missing here.',
    labelNames: ['state'],
    registers,
  });
  gauge.set({ state: 'alive' }, alive);
  gauge.set({ state: 'silent' }, silent);
  const counter = new Counter({
    name: 'modelrig_workers_replaced_total',
    help: 'Processes that ended by themselves, and were replaced, since the start of the service.',
    registers,
  });
  counter.inc(replaced);
}
