import { z } from 'zod';

/**
 * What one service instance saw of one run, cumulative since the run's first request there: a lost flush costs
 * nothing, a missing `final` makes the run incomplete. Durations come from the monotonic clock.
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
  /** Highest resident set size seen at a flush or a request's end during the run. */
  peak_rss_bytes: z.int(),
});
export type InstanceTelemetry = z.infer<typeof instanceTelemetrySchema>;
