import { type StoresUse, type TimePart, timeParts } from '../../contract/attribution.ts';
import type { Attempt } from '../../contract/ledger.ts';
import type { Generator } from '../../contract/report.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import { type DecomposedRequest, decomposeRequests } from './decompose-requests.ts';
import { listBusiestFirst } from './list-busiest-first.ts';

export interface AttributionInput {
  readonly attempts: Iterable<Attempt>;
  readonly instances: readonly InstanceTelemetry[];
  /** Of requests that were sent one at a time after the load; empty where there were none. */
  readonly alone: readonly Attempt[];
  readonly stores: StoresUse;
  readonly generator: Pick<
    Generator,
    'cpu_utilization' | 'foreign_share' | 'foreign_share_at_most' | 'stolen_share'
  >;
  readonly delivery: string;
  /** Whether the service and the load generator share a machine. */
  readonly isServiceBeside: boolean;
}

export type PartTimes = Readonly<Record<TimePart, number>>;

/** What the thread of the instances' event loops did, as shares of the time in which the run was active. */
export interface LoopUse {
  readonly utilization: number;
  readonly cpu: number;
  /** Ready, but without a core; null where the system does not tell. */
  readonly wait: number | null;
  /** Neither idle nor computing nor waiting for a core: the loop stood still in a call. */
  readonly still: number;
  readonly delayMeanMs: number;
  readonly delayMaxMs: number;
}

/** All that accuses or acquits, computed once. */
export interface Evidence {
  readonly requests: readonly DecomposedRequest[];
  readonly of: number;
  readonly toldShare: number;
  readonly meanMs: number;
  readonly mean: PartTimes;
  readonly slowestMeanMs: number;
  readonly slowest: PartTimes;
  readonly aloneMeanMs: number | null;
  readonly alone: PartTimes | null;
  readonly unexplainedMedianShare: number;
  readonly loop: LoopUse | null;
  /** Bytes per second that came over one connection to S3 while it was waited for them; null where there was no wait. */
  readonly s3Rate: number | null;
  readonly s3RateAlone: number | null;
  readonly input: AttributionInput;
}

const slowestShare = 0.05;

export function weighEvidence(input: AttributionInput): Evidence {
  const { requests, of, toldShare } = decomposeRequests(input.attempts, input.instances);
  const alone = decomposeRequests(
    input.alone,
    input.instances.map((instance) => ({ requests: instance.alone })),
  ).requests;
  const bySlowness = requests.toSorted((one, other) => other.latencyMs - one.latencyMs);
  const slowest = bySlowness.slice(0, Math.ceil(requests.length * slowestShare));
  return {
    requests,
    of,
    toldShare,
    meanMs: average(requests, ({ latencyMs }) => latencyMs),
    mean: averageParts(requests),
    slowestMeanMs: average(slowest, ({ latencyMs }) => latencyMs),
    slowest: averageParts(slowest),
    aloneMeanMs: alone.length === 0 ? null : average(alone, ({ latencyMs }) => latencyMs),
    alone: alone.length === 0 ? null : averageParts(alone),
    unexplainedMedianShare: median(
      requests.map(({ parts, latencyMs }) => (latencyMs > 0 ? Math.abs(parts.unexplained) / latencyMs : 0)),
    ),
    loop: describeLoop(input.instances),
    s3Rate: findRate(requests),
    s3RateAlone: findRate(alone),
    input,
  };
}

function averageParts(requests: readonly DecomposedRequest[]): PartTimes {
  return Object.fromEntries(
    timeParts.map((part) => [part, average(requests, ({ parts }) => parts[part])]),
  ) as Record<TimePart, number>;
}

function average<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.length === 0 ? 0 : items.reduce((sum, item) => sum + read(item), 0) / items.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

function findRate(requests: readonly DecomposedRequest[]): number | null {
  const waitedMs = requests.reduce((sum, { parts }) => sum + parts.s3_body, 0);
  const bytes = requests.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
  return waitedMs < 1 ? null : (1_000 * bytes) / waitedMs;
}

/** Of several instances the busiest counts: a suspect that one of them has is one. */
function describeLoop(instances: readonly InstanceTelemetry[]): LoopUse | null {
  const [busiest] = listBusiestFirst(instances).flatMap((instance) => {
    const { active_seconds: active, loop_cpu_seconds, loop_wait_seconds, event_loop_utilization } = instance;
    if (active <= 0 || loop_cpu_seconds === null) return [];
    const cpu = loop_cpu_seconds / active;
    const wait = loop_wait_seconds === null ? null : loop_wait_seconds / active;
    return [
      {
        utilization: event_loop_utilization,
        cpu,
        wait,
        still: Math.max(0, event_loop_utilization - cpu - (wait ?? 0)),
        delayMeanMs: instance.event_loop_delay_mean_ms ?? 0,
        delayMaxMs: instance.event_loop_delay_max_ms,
      },
    ];
  });
  return busiest ?? null;
}
