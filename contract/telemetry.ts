import { z } from 'zod';

/**
 * What a request is doing inside the service, exactly one at a time; the time in each is measured by itself.
 * - `handling`: none of the others; routing, signing, and waiting for the event loop between two steps.
 * - `event_loop`: waits for its turn in a process that stands still for others.
 * - `admission`: waits for a place among the downloads that are let in at once.
 * - `metadata`: waits for DynamoDB.
 * - `s3_pool`: waits for one of the connections to S3.
 * - `s3_first_byte`: has a connection, which may still have to come up, and waits for the head of S3's answer.
 * - `s3_body`: waits for bytes of the body from S3.
 * - `client_body`: the client's connection takes no more for now.
 * - `moving`: bytes are hashed and handed on, or have to wait for their turn to be; neither side is waited for.
 */
export const phases = [
  'handling',
  'event_loop',
  'admission',
  'metadata',
  's3_pool',
  's3_first_byte',
  's3_body',
  'client_body',
  'moving',
] as const;
export type Phase = (typeof phases)[number];
/** Milliseconds in each phase. */
export type PhaseTimes = Readonly<Record<Phase, number>>;

/** An entry for each phase, spelled out for the published JSON Schema. */
function byPhase<Entry extends z.ZodType>(entry: Entry) {
  return z.object({
    handling: entry,
    event_loop: entry,
    admission: entry,
    metadata: entry,
    s3_pool: entry,
    s3_first_byte: entry,
    s3_body: entry,
    client_body: entry,
    moving: entry,
  } satisfies Record<Phase, Entry>);
}

const numbers = z.array(z.number());
const gauges = z.array(z.number().nullable());

/** How many requests have their phases kept one by one; beyond it they are drawn evenly, and the slowest kept apart. */
export const keptRequests = 10_000;
export const keptSlowest = 100;

/** Requests with their phases, a row each, in columns; times in milliseconds. */
export const requestPhasesSchema = z.object({
  /** Requests that rows were drawn from: as many as rows where each is there. */
  requests: z.int(),
  request_id: z.array(z.string()),
  /** From the request's arrival until the answer's head was handed on. */
  head_ms: numbers,
  /** From its arrival until the last byte was handed to the kernel, or the connection closed. */
  residence_ms: numbers,
  body_bytes: numbers,
  /** Whether the whole answer was handed on. */
  completed: z.array(z.boolean()),
  /** Kept for being slow: not part of the even sample. */
  slowest: z.array(z.boolean()),
  phases: byPhase(numbers),
});
export type RequestPhases = z.infer<typeof requestPhasesSchema>;

/** `phases.json.gz` of a run: what the figures of its attribution are computed from, with the ledger. */
export const phasesDocumentSchema = z.object({
  schema: z.literal('modelrig.phases/1'),
  run_id: z.uuid(),
  instances: z.array(
    z.object({
      instance_id: z.string(),
      requests: requestPhasesSchema.nullable(),
      alone: requestPhasesSchema.nullable(),
    }),
  ),
});
export type PhasesDocument = z.infer<typeof phasesDocumentSchema>;

/** Gauges, read once a second while the run has requests; where the event loop stood still there is a gap. */
export const timelineSchema = z.object({
  /** Since the run's first request here; each entry covers the time since the one before. */
  at_ms: numbers,
  in_flight: gauges,
  /** Share of the interval, 0 to 1. */
  event_loop_utilization: gauges,
  event_loop_delay_mean_ms: gauges,
  event_loop_delay_max_ms: gauges,
  gc_pause_ms: gauges,
  /** Cores of CPU time that the process used. */
  cpu_cores: gauges,
  /** Share of the interval in which the thread of the event loop was ready and waited for a core. */
  run_queue_wait: gauges,
  rss_bytes: gauges,
  s3_sockets: gauges,
  s3_queued: gauges,
  admission_active: gauges,
  admission_queued: gauges,
  /** How long a task without work took on libuv's pool of threads. */
  libuv_pool_ms: gauges,
});
export type Timeline = z.infer<typeof timelineSchema>;

/** What a limited resource of the instance was used for the run; null where the strategy has no such limit. */
const poolUseSchema = z.object({
  limit: z.int(),
  /** Mean over the active time. */
  mean_in_use: z.number(),
  peak_in_use: z.int(),
  mean_queued: z.number(),
  peak_queued: z.int(),
});
export type PoolUse = z.infer<typeof poolUseSchema>;

/**
 * What one service instance saw of one run, cumulative since the run's first request there: a lost flush costs
 * nothing, a missing `final` makes the run incomplete. Durations come from the monotonic clock. What has a default is
 * absent in older telemetry.
 */
export const instanceTelemetrySchema = z.object({
  instance_id: z.string(),
  seq: z.int(),
  final: z.boolean(),
  requests_started: z.int(),
  /** Responses whose whole body was handed to the kernel. */
  requests_completed: z.int(),
  /** Responses that ended before their last byte: the client left, or the body could not be completed. */
  requests_aborted: z.int(),
  /** Body bytes of the completed responses. */
  body_bytes: z.int(),
  /** From the run's first request here to the end of the last one so far. */
  active_seconds: z.number(),
  cpu_seconds: z.number(),
  /** Share of the active time in which the event loop was busy, 0 to 1. */
  event_loop_utilization: z.number(),
  event_loop_delay_max_ms: z.number(),
  event_loop_delay_mean_ms: z.number().nullable().default(null),
  /** Highest resident set size seen at a flush or a request's end during the run. */
  peak_rss_bytes: z.int(),
  /** CPU time of the event loop's thread alone. */
  loop_cpu_seconds: z.number().nullable().default(null),
  /** How long that thread was ready and waited for a core; null where the system does not tell. */
  loop_wait_seconds: z.number().nullable().default(null),
  gc_pause_seconds: z.number().nullable().default(null),
  /** GETs of the run's requests that S3 answered with an object, or a part of one, and the bytes that came of them. */
  s3_gets: z.int().nullable().default(null),
  s3_bytes: z.int().nullable().default(null),
  /** Requests of others that arrived while the run was active here, and those of them that were for artifacts. */
  other_requests: z.int().nullable().default(null),
  other_downloads: z.int().nullable().default(null),
  /** GETs for those of others. */
  other_s3_gets: z.int().nullable().default(null),
  /** The sum of all residence times, by a clock of their own, and of all phases. */
  residence_ms: z.number().nullable().default(null),
  phases_ms: byPhase(z.number()).nullable().default(null),
  s3_pool: poolUseSchema.nullable().default(null),
  admission: poolUseSchema.nullable().default(null),
  timeline: timelineSchema.nullable().default(null),
  /** HDR histograms in microseconds, compressed, base64: `residence` and each phase. Only with the final snapshot. */
  histograms: z.record(z.string(), z.string()).nullable().default(null),
  /** Only with the final snapshot; not in reports, where `phases.json.gz` has them. */
  requests: requestPhasesSchema.nullable().default(null),
  /** Requests that were sent one at a time after the load, to see what each phase takes by itself. */
  alone: requestPhasesSchema.nullable().default(null),
});
export type InstanceTelemetry = z.infer<typeof instanceTelemetrySchema>;
