import { z } from 'zod';
import { outcomeSchema } from './ledger.ts';
import { distributionSchema, labelSchema, metricsSchema, verdictSchema } from './run.ts';
import { instanceTelemetrySchema } from './telemetry.ts';
import { workloadSchema } from './workload.ts';

/** What the load was, as the engine carried it out. */
const reportScenarioSchema = z.object({
  name: z.string(),
  /** k6's name for the shape of the load. */
  executor: z.enum([
    'per-vu-iterations',
    'shared-iterations',
    'constant-vus',
    'ramping-vus',
    'constant-arrival-rate',
  ]),
  /** The most at once. */
  vus: z.int(),
  /** Null where the load has a duration instead. */
  iterations: z.int().nullable(),
  deadline_seconds: z.number(),
  /** A closed loop throttles itself: a slow service gets less load. */
  model: z.enum(['closed', 'open']),
  /** Share of the responses whose body was hashed, 0 to 1. */
  digest_sample_rate: z.number(),
});

export const targetSchema = z.object({
  model_id: z.string(),
  version: z.string(),
  size_bytes: z.int(),
  /** `sha256:<hex>`, from the model's record. */
  digest: z.string(),
});
export type Target = z.infer<typeof targetSchema>;

/** One thing verified: on how many of how many, and an example where it failed. */
export const checkSchema = z.object({
  name: z.string(),
  passed: z.int(),
  total: z.int(),
  example: z.string().nullable(),
});
export type Check = z.infer<typeof checkSchema>;

export const thresholdResultSchema = z.object({
  /** As written in the scenario, e.g. `success_rate == 100`. */
  expression: z.string(),
  /** The value it was held against; null when there was no sample. */
  value: z.number().nullable(),
  passed: z.boolean(),
});
export type ThresholdResult = z.infer<typeof thresholdResultSchema>;

/** Body bytes by the interval in which they were read, counted from the common start; failed downloads included. */
const receivedSeriesSchema = z.object({ interval_ms: z.int(), bytes: z.array(z.int()) });
export type ReceivedSeries = z.infer<typeof receivedSeriesSchema>;

/** What the load generator itself cost and how exact its clock was, from the barrier to the last byte. */
export const generatorSchema = z.object({
  cpu_seconds: z.number(),
  /** Share of one core that the generating process used, 0 to 1 and above. */
  cpu_utilization: z.number(),
  /** CPU-seconds per 1e9 received body bytes; null when no byte arrived. */
  cpu_seconds_per_gb: z.number().nullable(),
  /** Share of the received body bytes that were hashed, 0 to 1. */
  hashed_share: z.number(),
  peak_rss_bytes: z.int(),
  /** The longest turn of the generator's event loop: no timestamp is better than this. */
  timestamp_uncertainty_ms: z.number(),
  /** Between the first and the last of the common starts. */
  start_skew_ms: z.number(),
  /** Share of the machine's CPU time that was idle, 0 to 1; null where it cannot be read. */
  machine_idle: z.number().nullable(),
  received: receivedSeriesSchema,
});
export type Generator = z.infer<typeof generatorSchema>;

/** What the client saw. */
export const blackBoxSchema = z.object({
  metrics: metricsSchema,
  connect: distributionSchema,
  /** From a request's start to the end of the answer that sent it on; absent where nothing was redirected. */
  redirect: distributionSchema.optional(),
  /** Mean latency over the latest end: 1 means that all clients were served evenly. */
  mean_over_makespan: z.number().nullable(),
  outcomes: z.partialRecord(outcomeSchema, z.int()),
  /** One example for each kind of failure. */
  failures: z.array(z.object({ outcome: outcomeSchema, count: z.int(), example: z.string() })),
  /** HDR histogram of the latencies in microseconds, compressed, base64: what merging uses. */
  latency_histogram: z.string(),
  generator: generatorSchema,
});
export type BlackBox = z.infer<typeof blackBoxSchema>;

/** What the service saw, one entry an instance. */
export const whiteBoxSchema = z.object({
  instances: z.array(instanceTelemetrySchema),
  requests_started: z.int(),
  requests_completed: z.int(),
  body_bytes: z.int(),
  cpu_seconds: z.number(),
  /** CPU-seconds per 1e9 body bytes sent; null when none was. */
  cpu_seconds_per_gb: z.number().nullable(),
  peak_rss_bytes: z.int(),
});
export type WhiteBox = z.infer<typeof whiteBoxSchema>;

const unavailable = z.literal('unavailable');

/** Must be equal for two reports to be compared. What cannot be read is `unavailable`. */
export const environmentFingerprintSchema = z.object({
  cpu_model: z.string(),
  cpu_cores: z.int(),
  memory_bytes: z.int(),
  cgroup_cpu_limit: z.union([z.number(), z.literal('none'), unavailable]),
  cgroup_memory_limit_bytes: z.union([z.int(), z.literal('none'), unavailable]),
  kernel: z.string(),
  node: z.string(),
  v8: z.string(),
  /** Where S3 and DynamoDB are: `aws`, `embedded`, or `custom` for any other endpoint. */
  backend: z.enum(['aws', 'embedded', 'custom']),
  data_set: z.object({ models: z.int(), sha256: z.string() }),
});
export type EnvironmentFingerprint = z.infer<typeof environmentFingerprintSchema>;

/** What is being measured, and so may differ between two reports. */
export const subjectFingerprintSchema = z.object({
  git_commit: z.string(),
  /** Uncommitted changes outside `reports/`. */
  git_dirty: z.union([z.boolean(), unavailable]),
  lockfile_sha256: z.string(),
  compute_backend: z.string(),
  delivery: z.string(),
  /** Only where the strategy has such a limit. */
  download_concurrency: z.int().optional(),
  s3_max_sockets: z.int(),
});
export type SubjectFingerprint = z.infer<typeof subjectFingerprintSchema>;

/** `modelrig.report/1`: one run. A changed meaning of a field is a new schema version. */
export const reportSchema = z.object({
  schema: z.literal('modelrig.report/1'),
  run_id: z.uuid(),
  started_at: z.iso.datetime(),
  completed_at: z.iso.datetime(),
  workload: workloadSchema,
  scenario: reportScenarioSchema,
  target: targetSchema,
  verdict: verdictSchema,
  labels: z.array(labelSchema),
  thresholds: z.array(thresholdResultSchema),
  checks: z.array(checkSchema),
  black_box: blackBoxSchema,
  white_box: whiteBoxSchema.nullable(),
  ledger: z.object({ document: z.string(), sha256: z.string(), rows: z.int() }),
  fingerprint: z.object({ environment: environmentFingerprintSchema, subject: subjectFingerprintSchema }),
});
export type Report = z.infer<typeof reportSchema>;
