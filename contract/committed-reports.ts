import { z } from 'zod';
import { experimentVerdictSchema } from './experiment.ts';
import { experimentNameSchema } from './experiment-name.ts';

/** A version of an experiment that lies in `reports/`. */
const committedReportSchema = z.object({
  name: experimentNameSchema,
  number: z.int(),
  question: z.string(),
  completed_at: z.iso.datetime(),
  pairs: z.int(),
  verdict: experimentVerdictSchema,
  git_commit: z.string(),
  /** Of the primary metric; null where nothing was measured. */
  primary: z
    .object({
      title: z.string(),
      estimate: z.union([z.number(), z.literal('infinite')]),
      low: z.union([z.number(), z.literal('infinite')]),
      high: z.union([z.number(), z.literal('infinite')]),
    })
    .nullable(),
  /** Document name -> path on this service. */
  documents: z.record(z.string(), z.string()),
});

/** `GET /health/performance/reports`: every version, newest first, and folders whose report cannot be read. */
export const committedReportsSchema = z.object({
  reports: z.array(committedReportSchema),
  unreadable: z.array(z.object({ folder: z.string(), reason: z.string() })),
});
export type CommittedReports = z.infer<typeof committedReportsSchema>;
