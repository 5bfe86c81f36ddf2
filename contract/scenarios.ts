import { z } from 'zod';
import { deliverySettingsSchema } from './delivery-settings.ts';
import { workloadRequestSchema, workloadSchema } from './workload.ts';

/** One load that the trigger may be asked for: what it does, what a request may change of it, what holds otherwise. */
const scenarioSummarySchema = z.object({
  name: z.string(),
  executor: z.string(),
  /** In words, such as `100 clients`. */
  load: z.string(),
  /** Fields of the trigger's body that mean something to it. */
  takes: z.array(workloadRequestSchema.keyof()),
  /** The workload of a trigger that names the scenario alone. */
  defaults: workloadSchema,
});

/** `GET /health/performance/scenarios`: what the trigger takes here, beside the service's own delivery settings. */
export const scenariosSchema = z.object({
  scenarios: z.array(scenarioSummarySchema),
  delivery_settings: deliverySettingsSchema,
  /** Of `runner_tasks`, where this service starts its runners. */
  most_runners: z.int(),
});
export type Scenarios = z.infer<typeof scenariosSchema>;
