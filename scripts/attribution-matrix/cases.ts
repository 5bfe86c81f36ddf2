import type { SuspectResource } from '../../contract/attribution.ts';
import type { VariableName } from '../../contract/environment.ts';
import type { Shaping } from '../../contract/store-counts.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';

/** One way in which the stage is made slow, and whom a report has to accuse of it. */
export interface MatrixCase {
  readonly name: string;
  /** Nobody, one, or several that have to be named together. */
  readonly expected: readonly SuspectResource[];
  /** Of S3; null leaves the embedded one as it is. */
  readonly s3: Partial<Shaping> | null;
  readonly dynamodb?: Partial<Shaping>;
  /** Of the way between clients and service. */
  readonly clients?: Partial<Shaping>;
  readonly settings: Partial<Record<VariableName, string>>;
  readonly workload: WorkloadRequest;
}

export const models = {
  small: { modelId: 'matrix/small', sizeBytes: 4_000_000 },
  large: { modelId: 'matrix/large', sizeBytes: 24_000_000 },
} as const;

/** An S3 that is no trouble for a few clients. */
const healthyS3 = { first_byte_ms: 30, bytes_per_second_per_connection: 20_000_000 };
const streamed = { DELIVERY: 'streamed' } as const;

/** 24 clients at most, so that nothing but what is induced comes near a limit of two cores. */
function load(num_clients: number, requests_per_client: number): WorkloadRequest {
  return {
    scenario: 'burst-100',
    model_id: models.small.modelId,
    num_clients,
    requests_per_client,
    duration_seconds: 60,
  };
}

export const matrixCases: readonly MatrixCase[] = [
  { name: 'nothing wrong', expected: [], s3: healthyS3, settings: streamed, workload: load(4, 6) },
  {
    name: 'event loop blocked',
    expected: ['event_loop'],
    s3: healthyS3,
    settings: { DELIVERY: 'blocking' },
    workload: load(8, 2),
  },
  {
    name: 'admission too small',
    expected: ['admission'],
    s3: healthyS3,
    settings: { DELIVERY: 'buffered', DOWNLOAD_CONCURRENCY: '2' },
    workload: load(16, 1),
  },
  {
    name: 'S3 pool too small',
    expected: ['s3_pool'],
    s3: healthyS3,
    settings: { ...streamed, S3_MAX_SOCKETS: '2' },
    workload: load(16, 1),
  },
  {
    name: 'S3 slow to first byte',
    expected: ['s3_first_byte'],
    s3: { ...healthyS3, first_byte_ms: 1_000 },
    settings: streamed,
    workload: load(16, 2),
  },
  {
    name: 'S3 bandwidth capped in total',
    expected: ['s3_bandwidth'],
    s3: { ...healthyS3, bytes_per_second_total: 25_000_000 },
    // Fewer connections than clients: most of the time is spent waiting for one, and more would not help.
    settings: { ...streamed, S3_MAX_SOCKETS: '6' },
    workload: load(20, 1),
  },
  {
    name: 'slow clients',
    expected: ['clients'],
    s3: healthyS3,
    clients: { bytes_per_second_per_connection: 2_000_000 },
    settings: streamed,
    workload: load(16, 1),
  },
  {
    name: 'CPU saturated',
    expected: ['cpu'],
    s3: null,
    settings: streamed,
    workload: { ...load(24, 2), model_id: models.large.modelId },
  },
  {
    name: 'metadata slow',
    expected: ['metadata'],
    s3: healthyS3,
    dynamodb: { first_byte_ms: 400 },
    settings: streamed,
    workload: load(6, 3),
  },
];

/** Two causes at once: both are named, or nobody. */
export const doubleCases: readonly MatrixCase[] = [
  {
    name: 'metadata slow and slow clients',
    expected: ['metadata', 'clients'],
    s3: healthyS3,
    dynamodb: { first_byte_ms: 600 },
    clients: { bytes_per_second_per_connection: 4_000_000 },
    settings: streamed,
    workload: load(8, 1),
  },
  {
    name: 'S3 pool too small and S3 slow to first byte',
    expected: ['s3_pool', 's3_first_byte'],
    s3: { ...healthyS3, first_byte_ms: 800 },
    settings: { ...streamed, S3_MAX_SOCKETS: '4' },
    workload: load(12, 1),
  },
];
