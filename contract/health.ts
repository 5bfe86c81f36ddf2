import { z } from 'zod';

export const componentStatusSchema = z.enum(['ok', 'degraded', 'down']);
export type ComponentStatus = z.infer<typeof componentStatusSchema>;

/** The `performance` component: the last completed run. `latest_throughput_mbps` is MiB/s (bytes / 1,048,576). */
export const performanceMetricsSchema = z.object({
  latest_run_id: z.string().nullable(),
  /** What its load was: figures of different scenarios do not compare. */
  latest_scenario: z.string().nullable(),
  latest_throughput_mbps: z.number().nullable(),
  latest_p99_latency_ms: z.number().nullable(),
  latest_mean_latency_ms: z.number().nullable(),
  latest_median_latency_ms: z.number().nullable(),
  latest_success_rate: z.number().nullable(),
  /** Of these latencies those that timeouts make lower bounds, such as `mean, p99`; null without. */
  latest_lower_bounds: z.string().nullable(),
  total_runs_completed: z.int(),
  last_run_started_at: z.iso.datetime().nullable(),
  last_run_completed_at: z.iso.datetime().nullable(),
  active_run_id: z.string().nullable(),
});
export type PerformanceMetrics = z.infer<typeof performanceMetricsSchema>;

export const componentSchema = z.object({
  id: z.string(),
  status: componentStatusSchema,
  /** Why it is not ok, in words; null when it is. */
  reason: z.string().nullable(),
  display_name: z.string(),
  description: z.string(),
  metrics: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
export type Component = z.infer<typeof componentSchema>;

/** `GET /health/components`: always 200. */
export const componentsSchema = z.object({ components: z.array(componentSchema) });
export type Components = z.infer<typeof componentsSchema>;
