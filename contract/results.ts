import { z } from 'zod';
import { deliverySettingsSchema } from './delivery-settings.ts';
import {
  activitySchema,
  labelSchema,
  metricsSchema,
  progressSchema,
  runStatusSchema,
  verdictSchema,
} from './run.ts';
import { workloadSchema } from './workload.ts';

/** `POST /health/performance/workload` answers 202 with this, before any load. */
export const triggerAnswerSchema = z.object({
  run_id: z.uuid(),
  status: z.literal('started'),
  estimated_completion: z.iso.datetime(),
});
export type TriggerAnswer = z.infer<typeof triggerAnswerSchema>;

/** `GET /health/performance/results/{run_id}`. `metrics` is null until the run has completed. */
export const resultsSchema = z.object({
  run_id: z.uuid(),
  status: runStatusSchema,
  started_at: z.iso.datetime(),
  completed_at: z.iso.datetime().nullable(),
  estimated_completion: z.iso.datetime(),
  metrics: metricsSchema.nullable(),
  progress: progressSchema.nullable(),
  /** What a run under way is at; null once it has ended. */
  activity: activitySchema.nullable().default(null),
  /** How long the load goes on by time; null where it ends with its requests. */
  planned_seconds: z.number().nullable().default(null),
  /** A cancelled run ends within seconds; until then it is still `started` or `running`. */
  cancel_requested: z.boolean(),
  failure_reason: z.string().nullable(),
  verdict: verdictSchema.nullable(),
  labels: z.array(labelSchema),
  /** Why the load of a completed run ended before its time, such as a threshold; null when it ran to its end. */
  stopped_because: z.string().nullable().default(null),
  /** The thresholds that did not hold, as they were demanded; null until the run has completed, and where that was not noted. */
  crossed_thresholds: z.array(z.string()).nullable().default(null),
  workload: workloadSchema,
  delivery_settings: deliverySettingsSchema.nullable(),
  /** Document name -> path on this service. */
  documents: z.record(z.string(), z.string()),
});
export type Results = z.infer<typeof resultsSchema>;

/** `GET /health/performance/results`: newest first. */
export const resultsPageSchema = z.object({
  runs: z.array(resultsSchema.omit({ progress: true, activity: true, planned_seconds: true })),
  next_cursor: z.string().nullable(),
});
export type ResultsPage = z.infer<typeof resultsPageSchema>;
