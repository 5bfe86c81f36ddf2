import type { Report } from '../../contract/report.ts';
import { type MergedParts, mergeParts } from '../metrics/merge-parts.ts';
import { countPlanned } from './count-planned.ts';

export type MergedReports =
  | ({ readonly kind: 'merged'; readonly rates: MergedRates } & MergedParts)
  | { readonly kind: 'refused'; readonly reason: string };

/** Of all requests over the time of all parts, one after the other. */
export interface MergedRates {
  readonly bytesPerSecond: number;
  readonly requestsPerSecond: number;
  /** From 0 to 100. */
  readonly successRate: number;
  readonly seconds: number;
  readonly parts: { readonly fewestBytesPerSecond: number; readonly mostBytesPerSecond: number };
}

/** Differs between repetitions of one load. */
const ownOfRun = ['seed', 'tags'];

/** The latencies of all requests of several reports; refused, with the reason, where they are not of one kind. */
export function mergeReports(reports: readonly Report[]): MergedReports {
  const reason = findReason(reports);
  if (reason !== null) return { kind: 'refused', reason };
  const parts = reports.map((report) => ({
    histogram: report.black_box.latency_histogram,
    samples: report.black_box.metrics.latency.count,
    requests: report.black_box.metrics.total_requests,
    fault: findFault(report),
  }));
  const planned = reports.map(countToSend);
  const requests = planned.includes(null)
    ? null
    : planned.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return {
    kind: 'merged',
    rates: mergeRates(reports),
    ...mergeParts(parts, { parts: reports.length, requests }),
  };
}

function mergeRates(reports: readonly Report[]): MergedRates {
  const sum = (read: (report: Report) => number) => reports.reduce((total, report) => total + read(report), 0);
  const seconds = sum(({ black_box }) => black_box.metrics.duration_seconds);
  const successes = sum(({ black_box }) => black_box.outcomes.ok ?? 0);
  const requests = sum(({ black_box }) => black_box.metrics.total_requests);
  const rates = reports.map(({ black_box }) => black_box.metrics.throughput.bytes_per_second);
  const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : 0);
  return {
    bytesPerSecond: perSecond(sum(({ black_box }) => black_box.metrics.total_bytes)),
    requestsPerSecond: perSecond(successes),
    successRate: requests > 0 ? (100 * successes) / requests : 0,
    seconds,
    parts: { fewestBytesPerSecond: Math.min(...rates), mostBytesPerSecond: Math.max(...rates) },
  };
}

function findReason(reports: readonly Report[]): string | null {
  const ids = reports.map(({ run_id }) => run_id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `run ${twice} is there twice`;
  const loads = reports.map(describeLoad);
  for (const field of Object.keys(loads[0] ?? {})) {
    const [first, ...others] = loads.map((load) => load[field]);
    const other = others.find((value) => value !== first);
    if (other !== undefined) return `the loads are not the same: ${field} is ${first} and ${other}`;
  }
  return null;
}

function describeLoad({ scenario, target }: Report): Record<string, string> {
  const fields = Object.entries({ ...scenario, target: target?.digest ?? target?.model_id ?? null });
  return Object.fromEntries(
    fields.filter(([name]) => !ownOfRun.includes(name)).map(([name, value]) => [name, JSON.stringify(value)]),
  );
}

/** A load without a planned number of requests cannot miss any: that it was cut is only said by how it ended. */
function findFault({ stopped_because, verdict }: Report): string | null {
  const faults = [
    ...(stopped_because === null ? [] : ['was stopped early']),
    ...(verdict.value === 'valid' ? [] : [`is ${verdict.value}`]),
  ];
  return faults.length === 0 ? null : faults.join(' and ');
}

/** What was dropped was never a request. */
function countToSend({ scenario, black_box }: Report): number | null {
  const planned = countPlanned(scenario);
  return planned === null ? null : planned - black_box.dropped_iterations;
}
