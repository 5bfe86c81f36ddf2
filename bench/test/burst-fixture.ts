import type { Attempt } from '../../contract/ledger.ts';
import type { Generator, ReceivedSeries, Report, Target } from '../../contract/report.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import { defaultWorkload } from '../../contract/workload.ts';
import type { Measurement } from '../metrics/measurement.ts';
import type { ReportInput } from '../report/build-report.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { burst100 } from '../scenarios/burst-100.ts';

export const runId = '5f1c7c1e-9a3d-4d0b-8a7e-2f6f5f1f0c11';
export const instanceId = 'b7e1a90c-2';

export const target: Target = {
  model_id: 'arnir0/Tiny-LLM',
  version: 'main',
  size_bytes: 24_834_009,
  digest: `sha256:${'ab'.repeat(32)}`,
};

/** Numbers from 0 to 1 that are the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A burst as a streaming service on a shared machine serves it: most end late and together, a few early. */
export function generateBurst(
  options: { clients?: number; seed?: number; makespanMs?: number } = {},
): Attempt[] {
  const { clients = 100, seed = 1, makespanMs = 5_200 } = options;
  const random = createRandom(seed);
  const times = Array.from({ length: clients }, (_, client) => {
    const startedMs = 0.4 + client * 0.03 + random() * 0.2;
    const connectedMs = startedMs + 4 + random() * 18;
    const firstByteMs = connectedMs + makespanMs * (0.015 + 0.17 * random() ** 2);
    return { startedMs, connectedMs, firstByteMs, endedMs: makespanMs * (1 - 0.77 * random() ** 3.2) };
  });
  const latestMs = Math.max(...times.map(({ endedMs }) => endedMs));
  return times.map(({ startedMs, connectedMs, firstByteMs, endedMs }, client) => ({
    client,
    request: 'download',
    intended_ms: null,
    started_ms: startedMs,
    connected_ms: connectedMs,
    redirected_ms: null,
    first_byte_ms: firstByteMs,
    ended_ms: Math.max((endedMs * makespanMs) / latestMs, firstByteMs + 50),
    status: 200,
    body_bytes: target.size_bytes,
    expected_bytes: target.size_bytes,
    wire_bytes: target.size_bytes + 170,
    outcome: 'ok' as const,
    manner: null,
    digest_checked: client % 10 === 0,
    served_by: instanceId,
    delivery: 'streamed',
    request_id: `load.${client}`,
    error: null,
  }));
}

/** A service that blocks: nobody gets anything within the deadline. */
export function generateTimeouts(options: { clients?: number; deadlineMs?: number } = {}): Attempt[] {
  const { clients = 100, deadlineMs = 300_000 } = options;
  return Array.from({ length: clients }, (_, client) => ({
    client,
    request: 'download',
    intended_ms: null,
    started_ms: client * 0.05,
    connected_ms: client * 0.05 + 8,
    redirected_ms: null,
    first_byte_ms: null,
    ended_ms: client * 0.05 + deadlineMs + (client % 7),
    status: null,
    body_bytes: 0,
    expected_bytes: target.size_bytes,
    wire_bytes: 0,
    outcome: 'timeout' as const,
    manner: null,
    digest_checked: false,
    served_by: null,
    delivery: null,
    request_id: `load.${client}`,
    error: `no complete response within ${deadlineMs / 1_000} s`,
  }));
}

/** What a generator counts when each body comes evenly between its first byte and its end. */
export function receiveEvenly(attempts: readonly Attempt[], intervalMs = 100): ReceivedSeries {
  const bytes: number[] = [];
  for (const { first_byte_ms, ended_ms, body_bytes } of attempts) {
    if (first_byte_ms === null) continue;
    const first = Math.floor(first_byte_ms / intervalMs);
    const last = Math.floor(ended_ms / intervalMs);
    while (bytes.length <= last) bytes.push(0);
    const share = Math.floor(body_bytes / (last - first + 1));
    for (let index = first; index <= last; index += 1) bytes[index] = (bytes[index] ?? 0) + share;
    bytes[last] = (bytes[last] ?? 0) + body_bytes - share * (last - first + 1);
  }
  return { interval_ms: intervalMs, bytes };
}

export const generator: Generator = {
  cpu_seconds: 0.52,
  cpu_utilization: 0.1,
  cpu_seconds_per_gb: 0.21,
  hashed_share: 0.1,
  peak_rss_bytes: 84_934_656,
  timestamp_uncertainty_ms: 18.3,
  start_skew_ms: 3.1,
  machine_idle: 0.27,
  received: { interval_ms: 100, bytes: [] },
};

/** What a closed load of these attempts brings home; give what shall differ. */
export function createMeasurement(
  attempts: readonly Attempt[],
  changes: Partial<Measurement> = {},
): Measurement {
  const wireBytes = attempts.reduce((sum, attempt) => sum + attempt.wire_bytes, 0);
  return {
    attempts,
    generator,
    droppedIterations: 0,
    droppedSeries: { interval_ms: 100, counts: [] },
    startedAtMs: 1_760_000_000_000,
    wire: { socket: wireBytes, attempts: wireBytes, discarded: 0 },
    inFlightMs: null,
    lateAnswers: null,
    resentRequests: 0,
    checks: [],
    stoppedBecause: null,
    cutByMaxDuration: false,
    teardownError: null,
    ...changes,
  };
}

/** What an instance that served these attempts without a fault would count. */
export function describeInstance(attempts: readonly Attempt[]): InstanceTelemetry {
  const successes = attempts.filter(({ outcome }) => outcome === 'ok');
  return {
    instance_id: instanceId,
    seq: 6,
    final: true,
    requests_started: attempts.length,
    requests_completed: successes.length,
    requests_aborted: attempts.length - successes.length,
    body_bytes: successes.reduce((sum, attempt) => sum + attempt.body_bytes, 0),
    active_seconds: 5.18,
    cpu_seconds: 6.46,
    event_loop_utilization: 0.93,
    event_loop_delay_max_ms: 41.7,
    event_loop_delay_mean_ms: 9.3,
    peak_rss_bytes: 281_018_368,
    loop_cpu_seconds: 4.9,
    loop_wait_seconds: 0.1,
    gc_pause_seconds: 0.12,
    s3_gets: null,
    s3_bytes: null,
    other_requests: null,
    other_downloads: null,
    other_s3_gets: null,
    residence_ms: null,
    phases_ms: null,
    s3_pool: null,
    admission: null,
    timeline: null,
    histograms: null,
    requests: null,
    alone: null,
  };
}

export const fingerprint: Report['fingerprint'] = {
  environment: {
    cpu_model: 'AMD EPYC 7763 64-Core Processor',
    cpu_cores: 2,
    memory_bytes: 8_589_934_592,
    cgroup_cpu_limit: 'none',
    cgroup_memory_limit_bytes: 'none',
    kernel: 'Linux 6.8.0',
    node: '24.21.0',
    v8: '13.6.233.17-node.53',
    backend: 'embedded',
    data_set: { models: 500, sha256: '3c'.repeat(32) },
  },
  subject: {
    git_commit: '30e15073f1a5a3c2c9d8b7f6e5d4c3b2a1908070',
    git_dirty: false,
    lockfile_sha256: '9f'.repeat(32),
    compute_backend: 'local',
    delivery: 'streamed',
    s3_max_sockets: 150,
  },
};

/** The burst as a service serves it that sends its clients on to the store. */
export function createRedirectedInput(): ReportInput {
  const attempts = generateBurst().map((attempt) => ({
    ...attempt,
    delivery: 'redirected',
    redirected_ms: ((attempt.connected_ms ?? 0) + (attempt.first_byte_ms ?? 0)) / 2,
  }));
  const instances = [{ ...describeInstance(attempts), body_bytes: 0 }];
  const subject = { ...fingerprint.subject, delivery: 'redirected' };
  return createReportInput(attempts, { instances, fingerprint: { ...fingerprint, subject } });
}

/** A complete, undisturbed run; give what shall differ. */
export function createReportInput(
  attempts: readonly Attempt[],
  changes: Partial<ReportInput> = {},
): ReportInput {
  const workload = { ...defaultWorkload, num_clients: attempts.length || 100 };
  return {
    runId,
    startedAt: '2026-03-14T09:26:53.000Z',
    completedAt: '2026-03-14T09:26:59.400Z',
    workload,
    scenario: overrideScenario(burst100, {
      vus: workload.num_clients,
      deadlineSeconds: workload.duration_seconds,
    }),
    target,
    measurement: createMeasurement(attempts, {
      generator: { ...generator, received: receiveEvenly(attempts) },
    }),
    instances: [describeInstance(attempts)],
    expectedInstances: attempts.some(({ served_by }) => served_by !== null) ? [instanceId] : [],
    missingParts: [],
    ledger: { document: 'ledger.json.gz', sha256: 'c4'.repeat(32), rows: attempts.length },
    fingerprint,
    ...changes,
  };
}
