import { z } from 'zod';

const differenceSchema = z.object({
  /** Such as `environment.kernel`. */
  field: z.string(),
  a: z.unknown(),
  b: z.unknown(),
});

/** `GET /health/performance/compare?a=&b=`: two completed runs side by side, as `bench compare` has them. */
export const comparisonSchema = z.object({
  a: z.uuid(),
  b: z.uuid(),
  /** Whether environment and load agree, so that the figures may be held against each other. */
  is_comparable: z.boolean(),
  /** What keeps them from being compared. */
  differences: z.array(differenceSchema),
  /** What differs in what was measured, and so is what the comparison is about. */
  subject: z.array(differenceSchema),
  figures: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      unit: z.string(),
      better: z.enum(['higher', 'lower']),
      a: z.number().nullable(),
      b: z.number().nullable(),
      /** Lower bounds, because they include requests that their deadline cut off. */
      a_at_least: z.boolean(),
      b_at_least: z.boolean(),
      /** b / a; null where a side has none, or a is 0. */
      ratio: z.number().nullable(),
    }),
  ),
  /** Why figures of one of them are to be read with care. */
  doubts: z.array(z.string()),
});
export type Comparison = z.infer<typeof comparisonSchema>;
