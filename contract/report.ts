import { z } from 'zod';
import { attributionSchema, storesUseSchema } from './attribution.ts';
import { mannerSchema, outcomeSchema } from './ledger.ts';
import { distributionSchema, labelSchema, lostShardSchema, metricsSchema, verdictSchema } from './run.ts';
import { instanceTelemetrySchema } from './telemetry.ts';
import { workloadSchema } from './workload.ts';

/** What the load was, as the engine carried it out. What older reports lack is optional or has a default. */
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
  /** Of the whole load; null where its stages say it, and in older reports. */
  duration_seconds: z.number().nullable().default(null),
  /** When the iterations were cut off at the latest; null where there are none. */
  max_duration_seconds: z.number().nullable().default(null),
  start_vus: z.int().nullable().default(null),
  stages: z.array(z.object({ duration_seconds: z.number(), target: z.int() })).default([]),
  /** Of the open model: requests per `time_unit_seconds`. */
  rate: z.number().nullable().default(null),
  time_unit_seconds: z.number().nullable().default(null),
  pre_allocated_vus: z.int().nullable().default(null),
  graceful_stop_seconds: z.number().nullable().default(null),
  /** A closed loop throttles itself: a slow service gets less load. */
  model: z.enum(['closed', 'open']),
  /** Share of the responses whose body was hashed, 0 to 1. */
  digest_sample_rate: z.number(),
  /** Of the random numbers that requests are planned from. */
  seed: z.int().nullable().default(null),
  tags: z.record(z.string(), z.string()).default({}),
  /** Of the scenario's source file, hexadecimal; null where it is not known. */
  source_sha256: z.string().nullable().default(null),
});
export type ReportScenario = z.infer<typeof reportScenarioSchema>;

export const targetSchema = z.object({
  model_id: z.string(),
  version: z.string(),
  size_bytes: z.int(),
  /** `sha256:<hex>`, from the model's record; null where the target does not tell it. */
  digest: z.string().nullable(),
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
  /** Absent in older reports, whose expressions name it. */
  metric: z.string().optional(),
  /** As written in the scenario, e.g. `success_rate == 100`. */
  expression: z.string(),
  /** The value it was held against; null when there was no sample. */
  value: z.number().nullable(),
  passed: z.boolean(),
  /** Set by the executor, not written in the scenario. */
  implied: z.literal(true).optional(),
});
export type ThresholdResult = z.infer<typeof thresholdResultSchema>;

/** Body bytes by the interval in which they were read, counted from the common start; failed downloads included. */
const receivedSeriesSchema = z.object({ interval_ms: z.int(), bytes: z.array(z.int()) });
export type ReceivedSeries = z.infer<typeof receivedSeriesSchema>;

/** By interval, counted from the common start, as long ones as in `generator.received`. */
const intervalSeriesSchema = z.object({
  interval_ms: z.int(),
  starts: z.array(z.int()),
  ends: z.array(z.int()),
  /** At the interval's end. */
  in_flight: z.array(z.int()),
  /** Of bodies that were whole and right, when they were. */
  verified_bytes: z.array(z.int()),
});
export type IntervalSeries = z.infer<typeof intervalSeriesSchema>;

/** Whether throughput had a warm-up and changed after it. Nothing is dropped for it. */
const steadinessSchema = z.object({
  /** With its source. */
  method: z.string(),
  intervals: z.int(),
  interval_ms: z.int(),
  /** 0 when none was found. */
  warm_up_ms: z.number(),
  /** Of the throughput after the warm-up, end against beginning, -0.2 for a fifth less; 0 when none was found. */
  change: z.number(),
});
export type Steadiness = z.infer<typeof steadinessSchema>;

const fairnessSchema = z.object({
  clients: z.int(),
  /** Of the clients' successes, 1 / clients to 1; null when there were none. */
  jain_index: z.number().nullable(),
  fewest_successes: z.int(),
  most_successes: z.int(),
});
export type Fairness = z.infer<typeof fairnessSchema>;

/** What became of one kind of request. */
const requestKindSchema = z.object({
  request: z.string(),
  requests: z.int(),
  successes: z.int(),
  throttled: z.int(),
  verified_bytes: z.int(),
  latency: distributionSchema,
});
export type RequestKind = z.infer<typeof requestKindSchema>;

/** Two figures that were counted apart and have to agree. */
const identitySchema = z.object({
  name: z.string(),
  /** The bookkeeping's own: equal, or the run is invalid. Else `expected` is the most that is allowed. */
  exact: z.boolean(),
  expected: z.number(),
  found: z.number(),
  holds: z.boolean(),
});
export type Identity = z.infer<typeof identitySchema>;

/** What this generator and a null server do together: the same bytes from memory, in the same session. */
export const ceilingSchema = z.object({
  bytes_per_second: z.number(),
  requests_per_second: z.number(),
  /** Of the generator; null when no byte arrived. */
  cpu_seconds_per_gb: z.number().nullable(),
  /** Share of the requests whose body's size the load does not tell, so that 1 KiB was asked for. */
  assumed_share: z.number().optional(),
});
export type Ceiling = z.infer<typeof ceilingSchema>;

export const calibrationSchema = z.object({
  before: ceilingSchema.nullable(),
  after: ceilingSchema.nullable(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

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
  /** CPU time of the machine that passed in the load, busy or idle, all cores together; null where it cannot be read. */
  machine_cpu_seconds: z.number().nullable().optional(),
  /** What other processes took of it, those of the service and its stores included where they are on this machine. */
  others_cpu_seconds: z.number().nullable().optional(),
  /** Share of it that other machines on its host took. */
  stolen_share: z.number().nullable().optional(),
  /** Share of it that programs outside this run and other machines took; null where they cannot be told apart. */
  foreign_share: z.number().nullable().optional(),
  /** Where they cannot: what neither client, service nor S3 took, which is what those programs took at most. */
  foreign_share_at_most: z.number().nullable().optional(),
  /** Share of the time in which the generator, or anything on its machine, had to wait for a CPU, 0 to 1. */
  run_queue_wait: z.number().nullable().optional(),
  /** The longest run of bytes that one socket got at a stretch. */
  longest_socket_run_bytes: z.int().nullable().optional(),
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
  /** Each kind of failure by outcome and manner, which older reports lack, with one example. */
  failures: z.array(
    z.object({
      outcome: outcomeSchema,
      manner: mannerSchema.nullable().default(null),
      count: z.int(),
      example: z.string(),
    }),
  ),
  /** HDR histogram of the latencies in microseconds, compressed, base64: what merging uses. */
  latency_histogram: z.string(),
  /** From when each request was due; null in the closed model, where it is the latency. */
  response_time: metricsSchema.shape.latency.nullable().default(null),
  /** As `latency_histogram`. */
  response_time_histogram: z.string().nullable().default(null),
  /** How much later than due the requests of the open model started. */
  start_delay: distributionSchema.nullable().default(null),
  /** Due while every virtual user was busy, and so never sent. */
  dropped_iterations: z.int().default(0),
  /** Answers 429 or 503 with `Retry-After`: neither successes nor errors. */
  throttled: z.int().default(0),
  /** Sent once more after a kept connection had closed without a byte of an answer. */
  resent_requests: z.int().default(0),
  series: intervalSeriesSchema.nullable().default(null),
  /** Null: not assessable. */
  steadiness: steadinessSchema.nullable().default(null),
  fairness: fairnessSchema.nullable().default(null),
  request_kinds: z.array(requestKindSchema).default([]),
  identities: z.array(identitySchema).default([]),
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
  /** What is absent in older reports is null: they timed no phases and asked no store. */
  attribution: attributionSchema.nullable().default(null),
  /** What the stores counted themselves. */
  stores: storesUseSchema.nullable().default(null),
  /** Requests that were not the run's and arrived while it was active; those of them for artifacts. */
  other_requests: z.int().nullable().default(null),
  other_downloads: z.int().nullable().default(null),
});
export type WhiteBox = z.infer<typeof whiteBoxSchema>;

const unavailable = z.literal('unavailable');

/**
 * Must be equal for two reports to be compared. What cannot be read is `unavailable`: of a service that was loaded
 * without its trigger, the stores behind it. The machine is the load generator's.
 */
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
  backend: z.enum(['aws', 'embedded', 'custom', 'unavailable']),
  data_set: z.union([z.object({ models: z.int(), sha256: z.string() }), unavailable]),
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
  s3_max_sockets: z.union([z.int(), unavailable]),
  /** Only where the strategy has artifacts in memory; of buffered and blocking, absent in older reports. */
  cache_bytes: z.int().optional(),
  /** Processes of the service; absent where there is one. */
  workers: z.int().optional(),
});
export type SubjectFingerprint = z.infer<typeof subjectFingerprintSchema>;

/** What one of several runners did of the load, and what limits it. */
const shardReportSchema = z.object({
  shard: z.int(),
  /** Its clients in the ledger: `first_client` and as many after it as it had at most. */
  first_client: z.int(),
  clients: z.int(),
  /** Of the random numbers that its requests were planned from. */
  seed: z.int(),
  requests: z.int(),
  successes: z.int(),
  verified_bytes: z.int(),
  bytes_per_second: z.number(),
  cpu_seconds: z.number(),
  /** Share of one core. */
  cpu_utilization: z.number(),
  peak_rss_bytes: z.int(),
  timestamp_uncertainty_ms: z.number(),
  /** How much later than the earliest runner it began, by the wall clocks of their machines. */
  start_offset_ms: z.number(),
  /** The lower one of the two looks at a null server; null where it was not measured. */
  ceiling_bytes_per_second: z.number().nullable(),
  /** What part of it the shard's load reached; null where that cannot be told. */
  ceiling_share: z.number().nullable(),
  cpu_model: z.string(),
  /** Of this load generator. */
  labels: z.array(labelSchema),
});
export type ShardReport = z.infer<typeof shardReportSchema>;

/** The runners of a load that several drove together. */
export const runnersSchema = z.object({
  asked: z.int(),
  /** `4 of 4 parts, requests reconciled`, or `INCOMPLETE: ` with what is wrong. */
  statement: z.string(),
  complete: z.boolean(),
  /** Between the first and the last runner's common start, by the wall clocks of their machines. */
  start_skew_ms: z.number(),
  on_one_machine: z.boolean(),
  /** Did not come; the others shared the whole load. */
  absent: z.array(lostShardSchema),
  /** Loaded, but what they measured is not in this report. */
  missing: z.array(lostShardSchema),
  shards: z.array(shardReportSchema),
});
export type Runners = z.infer<typeof runnersSchema>;

/** `modelrig.report/1`: one run. A changed meaning of a field is a new schema version. */
export const reportSchema = z.object({
  schema: z.literal('modelrig.report/1'),
  run_id: z.uuid(),
  started_at: z.iso.datetime(),
  completed_at: z.iso.datetime(),
  workload: workloadSchema,
  scenario: reportScenarioSchema,
  /** `micro` measures a part by itself: its gain is not the system's. */
  scope: z.enum(['micro', 'macro']).default('macro'),
  /** The one model that was asked for; null where the load asked for many, or for something else. */
  target: targetSchema.nullable(),
  verdict: verdictSchema,
  labels: z.array(labelSchema),
  /** Why the load ended before its time; null when it ran to its end. */
  stopped_because: z.string().nullable().default(null),
  /** Whether a person ended the load before its time. */
  interrupted: z.boolean().default(false),
  /** Iterations, where the longest duration left some over that were planned; null where it left none. */
  cut_short: z.object({ made: z.int(), planned: z.int() }).nullable().default(null),
  /** Why this report may not be published; empty when it may. */
  draft_reasons: z.array(z.string()).default([]),
  calibration: calibrationSchema.nullable().default(null),
  thresholds: z.array(thresholdResultSchema),
  checks: z.array(checkSchema),
  black_box: blackBoxSchema,
  white_box: whiteBoxSchema.nullable(),
  /** Null where one runner drove the load. */
  runners: runnersSchema.nullable().default(null),
  ledger: z.object({ document: z.string(), sha256: z.string(), rows: z.int() }),
  fingerprint: z.object({ environment: environmentFingerprintSchema, subject: subjectFingerprintSchema }),
});
export type Report = z.infer<typeof reportSchema>;
