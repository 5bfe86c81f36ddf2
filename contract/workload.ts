import { z } from 'zod';
import { profileSchema } from './delivery-settings.ts';
import { isModelId, isVersion, modelIdRule, movableVersion, versionRule } from './model-id.ts';

/** The defaults: 100 clients download Tiny-LLM, each request within five minutes. */
export const defaultWorkload = {
  num_clients: 100,
  model_id: 'arnir0/Tiny-LLM',
  version: movableVersion,
  duration_seconds: 300,
} as const;

/** What the trigger takes. `duration_seconds` is the deadline of each request, and so of a burst as a whole. */
export const workloadSchema = z.strictObject({
  num_clients: z
    .int('a whole number from 1 to 1000')
    .min(1, 'a whole number from 1 to 1000')
    .max(1000, 'a whole number from 1 to 1000')
    .default(defaultWorkload.num_clients),
  model_id: z
    .string(`a model id: ${modelIdRule}`)
    .refine(isModelId, `a model id: ${modelIdRule}`)
    .default(defaultWorkload.model_id),
  version: z
    .string(`a version: ${versionRule}`)
    .refine(isVersion, `a version: ${versionRule}`)
    .default(defaultWorkload.version),
  duration_seconds: z
    .int('a whole number of seconds from 1 to 3600')
    .min(1, 'a whole number of seconds from 1 to 3600')
    .max(3600, 'a whole number of seconds from 1 to 3600')
    .default(defaultWorkload.duration_seconds),
  profile: profileSchema.optional(),
  note: z.string('a text of at most 500 characters').max(500, 'a text of at most 500 characters').optional(),
});

export type Workload = z.infer<typeof workloadSchema>;
