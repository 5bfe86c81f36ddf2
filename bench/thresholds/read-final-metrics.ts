import type { Metrics } from '../../contract/run.ts';
import {
  listConnectTimesMs,
  listFirstByteTimesMs,
  listLatenciesMs,
  listResponseTimesMs,
} from '../metrics/attempt-times.ts';
import { nearestRank } from '../metrics/distribution.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { collectSorted } from '../metrics/sorted-samples.ts';
import { countOutcomes } from '../metrics/summarise-attempts.ts';
import type { MetricReadings, RateReading, TrendReading } from './metric-readings.ts';

type Measured = Pick<Measurement, 'attempts' | 'droppedIterations' | 'checks' | 'wire'>;

/** All metrics of a finished load, exact: percentiles from the ledger, sorted only when one is asked for. */
export function readFinalMetrics(measurement: Measured, metrics: Metrics): MetricReadings {
  const { attempts, droppedIterations } = measurement;
  const outcomes = countOutcomes(attempts);
  const seconds = metrics.duration_seconds;
  const total = metrics.total_requests;
  const { ok = 0, throttled = 0, interrupted = 0 } = outcomes;
  return {
    http_req_duration: readTrend(() => listLatenciesMs(attempts)),
    http_req_waiting: readTrend(() => listFirstByteTimesMs(attempts)),
    http_req_connecting: readTrend(() => listConnectTimesMs(attempts)),
    response_time: readTrend(() => listResponseTimesMs(attempts)),
    http_req_failed: { hits: total - ok - throttled - interrupted, total: total - interrupted },
    checks: sumChecks(measurement.checks),
    http_reqs: { count: total, seconds },
    iterations: { count: total - interrupted, seconds },
    dropped_iterations: { count: droppedIterations, seconds },
    throttled: { count: throttled, seconds },
    data_received: { count: sumWireBytes(measurement), seconds },
    goodput: { count: metrics.total_bytes, seconds },
    success_rate: { value: metrics.success_rate },
    error_rate: { value: metrics.error_rate },
    requests_per_second: { value: metrics.throughput.requests_per_second },
    bytes_per_second: { value: metrics.throughput.bytes_per_second },
  };
}

function readTrend(listSamplesMs: () => Iterable<number>): TrendReading {
  let collected: Float64Array | undefined;
  const sorted = () => {
    collected ??= collectSorted(listSamplesMs());
    return collected;
  };
  return {
    get meanMs() {
      const samples = sorted();
      return samples.length === 0 ? null : samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
    },
    get minMs() {
      return sorted()[0] ?? null;
    },
    get maxMs() {
      return sorted().at(-1) ?? null;
    },
    readPercentileMs: (percentile) => nearestRank(sorted(), percentile),
  };
}

function sumChecks(checks: Measurement['checks']): RateReading {
  const hits = checks.reduce((sum, { passes }) => sum + passes, 0);
  return { hits, total: checks.reduce((sum, { fails }) => sum + fails, hits) };
}

function sumWireBytes({ attempts, wire }: Measured): number {
  let sum = wire?.discarded ?? 0;
  for (const { wire_bytes } of attempts) sum += wire_bytes;
  return sum;
}
