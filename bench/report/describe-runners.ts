import type {
  Calibration,
  EnvironmentFingerprint,
  Report,
  Runners,
  ShardReport,
} from '../../contract/report.ts';
import type { LostShard } from '../../contract/run.ts';
import { listLatenciesMs } from '../metrics/attempt-times.ts';
import type { LoadMade } from '../metrics/check-identities.ts';
import { mergeParts } from '../metrics/merge-parts.ts';
import { type MeasuredPart, type Place, placeParts } from '../metrics/place-parts.ts';
import { countOutcomes, summariseAttempts } from '../metrics/summarise-attempts.ts';
import { countMostVus, countPlannedRequests, type Scenario } from '../scenario.ts';
import { computeCeilingShare, hasKnownSizes, type LoadRates, listCeilings } from './ceiling-share.ts';
import { labelRun } from './label-run.ts';
import { listNeighbours } from './list-neighbours.ts';

/** One runner's part, with what it says of itself. */
export interface RunnerPart extends MeasuredPart {
  /** Its share of the load. */
  readonly scenario: Scenario;
  readonly calibration: Calibration;
  /** Encoded, as the runner made it of what it measured. */
  readonly latencyHistogram: string;
  readonly environment: EnvironmentFingerprint;
}

export interface RunnersInput {
  readonly asked: number;
  /** As many as there should be a part of. */
  readonly expected: number;
  readonly parts: readonly RunnerPart[];
  readonly absent: readonly LostShard[];
  readonly missing: readonly LostShard[];
}

/** What each runner did of the load, and whether the parts are the whole of it. */
export function describeRunners(
  { asked, expected, parts, absent, missing }: RunnersInput,
  scenario: Scenario,
  fingerprint: Report['fingerprint'],
): Runners {
  const placed = placeParts(parts);
  const shards = placed.map((part) => describeShard(part, fingerprint));
  const { complete, statement } = mergeParts(
    parts.map((part) => ({
      histogram: part.latencyHistogram,
      samples: countSamples(part),
      requests: part.measurement.attempts.length,
      fault: part.measurement.stoppedBecause === null ? null : 'was stopped before its end',
    })),
    { parts: expected, requests: countToSend(parts, scenario) },
  );
  return {
    asked,
    statement,
    complete,
    start_skew_ms: Math.max(0, ...placed.map(({ offsetMs }) => offsetMs)),
    on_one_machine: fingerprint.subject.compute_backend === 'local',
    absent: [...absent],
    missing: [...missing],
    shards,
  };
}

/** What the parts that are there were to make of the load. */
export function countMade({ parts }: RunnersInput, scenario: Scenario): LoadMade {
  const planned = parts.map((part) => countPlannedRequests(part.scenario));
  return {
    requests:
      countPlannedRequests(scenario) === null
        ? null
        : planned.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    vus: parts.reduce((sum, part) => sum + countMostVus(part.scenario), 0),
  };
}

/** Of the whole scenario, what was to become a request; null where no number was fixed, or the load ended before it. */
function countToSend(parts: readonly RunnerPart[], scenario: Scenario): number | null {
  const planned = countPlannedRequests(scenario);
  const endedEarly = parts.some(
    ({ measurement }) => measurement.stoppedBecause !== null || measurement.cutByMaxDuration,
  );
  if (planned === null || endedEarly) return null;
  return parts.reduce((left, { measurement }) => left - measurement.droppedIterations, planned);
}

function describeShard(part: RunnerPart & Place, fingerprint: Report['fingerprint']): ShardReport {
  const { scenario, calibration, environment } = part;
  const { generator, attempts } = part.measurement;
  const metrics = summariseAttempts(attempts);
  const load: LoadRates = {
    bytesPerSecond: metrics.throughput.bytes_per_second,
    requestsPerSecond: metrics.throughput.requests_per_second,
    hasKnownSizes: hasKnownSizes(attempts),
  };
  const ceilings = listCeilings(calibration).map(({ bytes_per_second }) => bytes_per_second);
  return {
    shard: part.shard,
    first_client: part.firstClient,
    clients: part.clients,
    seed: scenario.seed,
    requests: metrics.total_requests,
    successes: countOutcomes(attempts).ok ?? 0,
    verified_bytes: metrics.total_bytes,
    bytes_per_second: load.bytesPerSecond,
    cpu_seconds: generator.cpu_seconds,
    cpu_utilization: generator.cpu_utilization,
    peak_rss_bytes: generator.peak_rss_bytes,
    timestamp_uncertainty_ms: generator.timestamp_uncertainty_ms,
    start_offset_ms: part.offsetMs,
    ceiling_bytes_per_second: ceilings.length === 0 ? null : Math.min(...ceilings),
    ceiling_share: computeCeilingShare(calibration, load),
    cpu_model: environment.cpu_model,
    labels: labelRun({
      generator,
      load,
      calibration,
      identities: [],
      cores: environment.cpu_cores,
      neighbours: listNeighbours(fingerprint),
    }),
  };
}

function countSamples({ measurement }: RunnerPart): number {
  let count = 0;
  for (const _ of listLatenciesMs(measurement.attempts)) count += 1;
  return count;
}
