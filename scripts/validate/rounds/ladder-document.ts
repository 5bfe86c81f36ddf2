import { z } from 'zod';
import { experimentSchema, ratioSchema } from '../../../contract/experiment.ts';
import { environmentFingerprintSchema } from '../../../contract/report.ts';

export const ladderResultSchema = z.object({
  rung: z.string(),
  number: z.int(),
  seed: z.int(),
  verdict: z.string(),
  reasons: z.array(z.string()),
  ratio: ratioSchema,
  noise: experimentSchema.shape.noise,
  started_at: z.iso.datetime(),
  completed_at: z.iso.datetime(),
  commit: z.string(),
  is_draft: z.boolean(),
  environment: environmentFingerprintSchema,
});
export type LadderResult = z.infer<typeof ladderResultSchema>;

/** `report.json` of the ladder: experiments whose truth is known, on real rounds. */
export const ladderSchema = z.object({
  schema: z.literal('modelrig.ladder/1'),
  pairs: z.int(),
  margin: z.number(),
  rungs: z.array(z.object({ name: z.string(), slowdown: z.number(), experiments: z.int() })),
  results: z.array(ladderResultSchema),
});
export type Ladder = z.infer<typeof ladderSchema>;
