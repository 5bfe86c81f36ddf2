import { z } from 'zod';

/** RFC 9457 problem document; `errors` names each faulty field, the value received and what is allowed. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z
    .array(z.object({ field: z.string(), value: z.unknown().optional(), allowed: z.string() }))
    .optional(),
  /** The run that holds the place, on a 409 of the trigger. */
  active_run_id: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
export const problemMediaType = 'application/problem+json';
