import { randomUUID } from 'node:crypto';
import type { Metrics, RunRecord, ShardRecord } from '../../../../contract/run.ts';
import { activeRunLock } from '../../../../contract/tables.ts';
import { defaultWorkload } from '../../../../contract/workload.ts';
import { newRun } from '../../new-run.ts';

export function secondsFromNow(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}

/** A run that was just triggered, unless told otherwise. */
export function makeRun(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    ...newRun({
      run_id: randomUUID(),
      workload: { ...defaultWorkload },
      delivery_settings: { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 50 },
      shards: 1,
      planned_seconds: null,
      started_at: secondsFromNow(0),
      estimated_completion: secondsFromNow(300),
      hard_deadline: secondsFromNow(600),
    }),
    ...changes,
  };
}

export function makeShard(changes: Partial<ShardRecord> = {}): ShardRecord {
  return {
    shard: 0,
    state: 'loading',
    runner: 'pid 1',
    said: 'loads the service',
    progress: null,
    lease_expires_at: secondsFromNow(6),
    suspected_at: null,
    ...changes,
  };
}

export function makeMetrics(changes: Partial<Metrics> = {}): Metrics {
  const distribution = {
    count: 100,
    mean_ms: 51257.91,
    median_ms: 52931.2,
    p90_ms: 60000,
    p95_ms: 62000,
    p99_ms: 63174.26,
    min_ms: 12706.16,
    max_ms: 63189.94,
  };
  return {
    throughput: { requests_per_second: 1.58, bytes_per_second: 39296263.99 },
    latency: { ...distribution, censored: 0 },
    first_byte: distribution,
    error_rate: 0,
    success_rate: 100,
    total_requests: 100,
    total_bytes: 2483400900,
    duration_seconds: 63.2,
    ...changes,
  };
}

/** What `takeLock` and `confirmLock` would have left, for the crash points between writes. */
export function lockItem(holder: string, confirmed: boolean, claimExpiresAt: string) {
  return { ...activeRunLock, holder, confirmed, claim_expires_at: claimExpiresAt };
}
