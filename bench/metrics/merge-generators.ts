import type { Generator } from '../../contract/report.ts';
import { joinSeries } from './join-series.ts';
import type { MeasuredPart, Place } from './place-parts.ts';

/**
 * What several load generators cost and how exact they were. Costs add up; of what limits the figures the worst runner
 * speaks: the busiest core, the longest turn, the least idle machine.
 */
export function mergeGenerators(
  parts: readonly (MeasuredPart & Place)[],
  { onOneMachine, startSkewMs }: { readonly onOneMachine: boolean; readonly startSkewMs: number },
): Generator {
  const all = parts.map(({ measurement }) => measurement.generator);
  const receivedBytes = all.map(({ received }) => sum(received.bytes));
  const cpuSeconds = sum(all.map(({ cpu_seconds }) => cpu_seconds));
  const totalBytes = sum(receivedBytes);
  const hashedBytes = sum(all.map(({ hashed_share }, index) => hashed_share * (receivedBytes[index] ?? 0)));
  const received = joinSeries(
    parts.map(({ measurement: { generator }, offsetMs }) => ({
      intervalMs: generator.received.interval_ms,
      amounts: generator.received.bytes,
      offsetMs,
    })),
  );
  return {
    cpu_seconds: cpuSeconds,
    cpu_utilization: Math.max(...all.map(({ cpu_utilization }) => cpu_utilization)),
    cpu_seconds_per_gb: totalBytes > 0 ? cpuSeconds / (totalBytes / 1e9) : null,
    hashed_share: totalBytes > 0 ? hashedBytes / totalBytes : 0,
    peak_rss_bytes: Math.max(...all.map(({ peak_rss_bytes }) => peak_rss_bytes)),
    timestamp_uncertainty_ms: Math.max(...all.map((one) => one.timestamp_uncertainty_ms)),
    start_skew_ms: startSkewMs,
    machine_idle: findWorst(all, ({ machine_idle }) => machine_idle, Math.min),
    ...(onOneMachine ? shareMachine(all, cpuSeconds) : addMachines(all)),
    stolen_share: findWorst(all, ({ stolen_share }) => stolen_share, Math.max),
    foreign_share: null,
    run_queue_wait: findWorst(all, ({ run_queue_wait }) => run_queue_wait, Math.max),
    longest_socket_run_bytes: findWorst(all, (one) => one.longest_socket_run_bytes, Math.max),
    received: { interval_ms: received.intervalMs, bytes: received.amounts },
  };
}

type MachineTimes = Pick<Generator, 'machine_cpu_seconds' | 'others_cpu_seconds'>;

/** All saw the same machine, the longest look saw most of it; the other runners are not others. */
function shareMachine(all: readonly Generator[], cpuSeconds: number): MachineTimes {
  const [longest] = all.toSorted(
    (one, other) => (other.machine_cpu_seconds ?? 0) - (one.machine_cpu_seconds ?? 0),
  );
  const others = longest?.others_cpu_seconds ?? null;
  return {
    machine_cpu_seconds: longest?.machine_cpu_seconds ?? null,
    others_cpu_seconds:
      others === null ? null : Math.max(0, others - (cpuSeconds - (longest?.cpu_seconds ?? 0))),
  };
}

function addMachines(all: readonly Generator[]): MachineTimes {
  const add = (read: (one: Generator) => number | null | undefined) => {
    const values = all.map((one) => read(one) ?? null);
    return values.includes(null) ? null : sum(values.map(Number));
  };
  return {
    machine_cpu_seconds: add(({ machine_cpu_seconds }) => machine_cpu_seconds),
    others_cpu_seconds: add(({ others_cpu_seconds }) => others_cpu_seconds),
  };
}

/** Among the known values. */
function findWorst(
  all: readonly Generator[],
  read: (one: Generator) => number | null | undefined,
  choose: (...values: number[]) => number,
): number | null {
  const known = all.flatMap((one) => read(one) ?? []);
  return known.length === 0 ? null : choose(...known);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
