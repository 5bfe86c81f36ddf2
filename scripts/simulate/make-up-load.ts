import { setTimeout as sleep } from 'node:timers/promises';
import { type Calibrator, countMostVus, type LoadOrder, type Measurement } from '../../bench/index.ts';
import type { Attempt } from '../../contract/ledger.ts';
import type { ModelRecord } from '../../server/registry/model-record.ts';

const sizeBytes = 100_000;
const ceiling = { bytes_per_second: 1e9, requests_per_second: 1e4, cpu_seconds_per_gb: 0.2 };

/**
 * What stands in a runner for the engine and the service: every client downloads once. The last of a runner's has come
 * after half of `loadSeconds` or more; requests that are sent alone, after the load, take no time.
 */
export function makeUpLoad(loadSeconds: number) {
  const model: ModelRecord = {
    id: 'arnir0_Tiny-LLM',
    modelId: 'arnir0/Tiny-LLM',
    version: 'main',
    sizeBytes,
    digest: `sha256:${'ab'.repeat(32)}`,
    objectKey: 'made-up',
    publishedAt: '2026-01-01T00:00:00.000Z',
  };
  return {
    model,
    async measureLoad({ scenario, startAtMs }: LoadOrder): Promise<Measurement> {
      if (startAtMs === undefined) return measure(Date.now(), [makeUpAttempt(0, loadSeconds)]);
      await sleep(Math.max(0, startAtMs - Date.now()));
      const startedAtMs = performance.timeOrigin + performance.now();
      const seconds = loadSeconds * (0.5 + Math.random() / 2);
      await sleep(seconds * 1_000);
      return measure(
        startedAtMs,
        Array.from({ length: countMostVus(scenario) }, (_, client) => makeUpAttempt(client, seconds)),
      );
    },
    startCalibrator: async (): Promise<Calibrator> => ({
      measureCeiling: async () => ceiling,
      stop: async () => {},
    }),
  };
}

function makeUpAttempt(client: number, loadSeconds: number): Attempt {
  return {
    client,
    request_id: null,
    request: 'download',
    intended_ms: null,
    started_ms: client / 10,
    connected_ms: null,
    redirected_ms: null,
    first_byte_ms: 10,
    ended_ms: 20 + Math.random() * (loadSeconds * 1_000 - 20),
    status: 200,
    body_bytes: sizeBytes,
    expected_bytes: sizeBytes,
    wire_bytes: sizeBytes,
    outcome: 'ok',
    manner: null,
    digest_checked: false,
    served_by: null,
    delivery: 'streamed',
    error: null,
  };
}

function measure(startedAtMs: number, attempts: readonly Attempt[]): Measurement {
  const sorted = attempts.toSorted((one, other) => one.ended_ms - other.ended_ms);
  return {
    startedAtMs,
    attempts: sorted,
    generator: {
      cpu_seconds: 0.1,
      cpu_utilization: 0.1,
      cpu_seconds_per_gb: 0.1,
      hashed_share: 0,
      peak_rss_bytes: 1e8,
      timestamp_uncertainty_ms: 1,
      start_skew_ms: 1,
      machine_idle: null,
      received: { interval_ms: 100, bytes: [sizeBytes * attempts.length] },
    },
    droppedIterations: 0,
    droppedSeries: { interval_ms: 100, counts: [] },
    wire: null,
    inFlightMs: null,
    lateAnswers: null,
    resentRequests: 0,
    checks: [],
    stoppedBecause: null,
    cutByMaxDuration: false,
    teardownError: null,
  };
}
