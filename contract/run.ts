import { z } from 'zod';
import { deliverySettingsSchema } from './delivery-settings.ts';
import { activities, runStatuses } from './run-status.ts';
import { workloadSchema } from './workload.ts';

export { type Activity, isTerminal, type RunStatus } from './run-status.ts';

export const runStatusSchema = z.enum(runStatuses);
export const activitySchema = z.enum(activities);

/** May the figures be believed: `incomplete` when parts are missing, `invalid` when something disagrees. */
export const verdictSchema = z.object({
  value: z.enum(['valid', 'incomplete', 'invalid']),
  reasons: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** What limits the meaning of figures that are right in themselves. */
export const labelSchema = z.object({
  label: z.enum(['client-bound', 'host-bound', 'disturbed']),
  reason: z.string(),
  /** What must not be concluded because of it, a clause each. */
  withholds: z.array(z.string()).default([]),
});
export type Label = z.infer<typeof labelSchema>;

/** Where a run is, written every second by its runner. Bytes are verified bytes: whole bodies of the right length. */
export const progressSchema = z.object({
  elapsed_seconds: z.number(),
  /** Null where it depends on how fast they are answered. */
  total_requests: z.int().nullable(),
  done: z.int(),
  failed: z.int(),
  /** Asked to come back later: neither done well nor failed. What is optional older runners do not tell. */
  throttled: z.int().optional(),
  /** Due while every client was busy, and so never sent. */
  dropped: z.int().optional(),
  in_flight: z.int(),
  /** Body bytes received so far, those of unfinished downloads included. */
  received_bytes: z.int(),
  /** Over the last second. */
  bytes_per_second: z.number(),
});
export type Progress = z.infer<typeof progressSchema>;

/** Milliseconds; all null when there is no sample. Percentiles by nearest rank on the ledger. */
export const distributionSchema = z.object({
  count: z.int(),
  mean_ms: z.number().nullable(),
  median_ms: z.number().nullable(),
  p90_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  p99_ms: z.number().nullable(),
  min_ms: z.number().nullable(),
  max_ms: z.number().nullable(),
});
export type Distribution = z.infer<typeof distributionSchema>;

/** The required metrics, with more beside them. Rates are percentages from 0 to 100. */
export const metricsSchema = z.object({
  throughput: z.object({ requests_per_second: z.number(), bytes_per_second: z.number() }),
  latency: distributionSchema.extend({
    /** How many of the samples are timeouts, entered at the time they had waited. */
    censored: z.int(),
  }),
  first_byte: distributionSchema,
  error_rate: z.number(),
  success_rate: z.number(),
  total_requests: z.int(),
  total_bytes: z.int(),
  duration_seconds: z.number(),
});
export type Metrics = z.infer<typeof metricsSchema>;

/** A shard that a run goes on without, and what is known of why, in words that follow a colon. */
export const lostShardSchema = z.object({ shard: z.int(), reason: z.string() });
export type LostShard = z.infer<typeof lostShardSchema>;

/** The `run` item of the runs table. */
export const runRecordSchema = z.object({
  run_id: z.uuid(),
  status: runStatusSchema,
  workload: workloadSchema,
  /** How its requests are delivered: the service's settings, its profile laid over them. Null in runs of older versions. */
  delivery_settings: deliverySettingsSchema.nullable().default(null),
  /** How many runners share the load, one shard each. */
  shards: z.int(),
  /** Bytes of bodies after which its load is stopped; null in runs of older versions. */
  byte_budget: z.int().nullable().default(null),
  /** When every runner was asked for; null while that is still to be done, by whoever looks at the run. */
  launched_at: z.iso.datetime().nullable().default(null),
  /** When all runners begin to load at once; null before the barrier. */
  load_starts_at: z.iso.datetime().nullable().default(null),
  /** How long the load goes on by time; null where it ends with its requests, and in runs of older versions. */
  planned_seconds: z.number().nullable().default(null),
  /** What the first runner noted last that it is at; what the other fields say it need not. */
  activity: activitySchema.nullable().default(null),
  /** Shards that were not there when the load began, which `allow_fewer` let begin without them. */
  absent_shards: z.array(lostShardSchema).default([]),
  /** Shards whose part is not in the report, fixed when the merge begins: a part that comes later is not counted. */
  missing_shards: z.array(lostShardSchema).default([]),
  /** The shard that merges, or `service`; null before the merge. */
  merged_by: z
    .union([z.int(), z.literal('service')])
    .nullable()
    .default(null),
  started_at: z.iso.datetime(),
  estimated_completion: z.iso.datetime(),
  /** No runner may keep the run alive past this time. */
  hard_deadline: z.iso.datetime(),
  load_finished_at: z.iso.datetime().nullable(),
  completed_at: z.iso.datetime().nullable(),
  cancel_requested: z.boolean(),
  failure_reason: z.string().nullable(),
  metrics: metricsSchema.nullable(),
  verdict: verdictSchema.nullable(),
  labels: z.array(labelSchema),
  /** Why the load of a completed run ended before its time, such as a threshold; null when it ran to its end. */
  stopped_because: z.string().nullable().default(null),
  /** The thresholds that did not hold, as they were demanded; null until the run has completed, and of older versions. */
  crossed_thresholds: z.array(z.string()).nullable().default(null),
  documents: z.array(z.string()),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** How far a runner is, in order; `failed` when it gave up. */
const shardStates = ['claimed', 'ready', 'loading', 'writing', 'done', 'failed'] as const;

/** One runner's share of a run, with the lease that its heartbeat renews. */
export const shardRecordSchema = z.object({
  shard: z.int(),
  state: z.enum(shardStates),
  /** Which process or task it is: `pid 4711`, or the ARN of its ECS task. */
  runner: z.string().default(''),
  /** What it said last, a clause. */
  said: z.string().default(''),
  /** Of its own share of the load. */
  progress: progressSchema.nullable().default(null),
  lease_expires_at: z.iso.datetime(),
  /** When someone first saw the lease expired; the next heartbeat clears it. */
  suspected_at: z.iso.datetime().nullable(),
});
export type ShardRecord = z.infer<typeof shardRecordSchema>;

/** The lease of a shard whose runner is known to have ended. */
export const shardOver = '1970-01-01T00:00:00.000Z';

export const heartbeatIntervalMs = 1_000;
const leaseMs = 6_000;

/**
 * All runners of a run together beat at most 200 times a second: their items share one partition of DynamoDB, which takes
 * 1,000 writes a second and has more to do.
 */
export function findBeatMs(shards: number): number {
  return Math.max(heartbeatIntervalMs, 5 * shards);
}

/** Never less than four beats. */
export function findLeaseMs(shards: number): number {
  return Math.max(leaseMs, 4 * findBeatMs(shards));
}

/** How long an expired lease is only suspected: a store that was away is not a dead runner. */
export const suspicionMs = 3_000;
/** A runner that cannot reach its stores for this long ends itself. */
export const storesLostMs = 15_000;
