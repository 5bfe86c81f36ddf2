import { z } from 'zod';
import { experimentSchema, experimentVerdictSchema } from './experiment.ts';
import { experimentNameSchema } from './experiment-name.ts';

/** A version of an experiment that lies in `reports/`, committed or not. */
const committedReportSchema = z.object({
  name: experimentNameSchema,
  number: z.int(),
  question: z.string(),
  completed_at: z.iso.datetime(),
  pairs: z.int(),
  /** Where its runs were made. */
  origin: experimentSchema.shape.origin,
  verdict: experimentVerdictSchema,
  /** The answer in a sentence. */
  answer: z.string(),
  /** Why it is a draft, a clause each; empty where it is none. */
  draft_reasons: z.array(z.string()),
  git_commit: z.string(),
  /** Document name -> path on this service. */
  documents: z.record(z.string(), z.string()),
});

/** `GET /health/performance/reports`: every version, newest first, and folders whose report cannot be read. */
export const committedReportsSchema = z.object({
  reports: z.array(committedReportSchema),
  unreadable: z.array(z.object({ folder: z.string(), reason: z.string() })),
});
export type CommittedReports = z.infer<typeof committedReportsSchema>;
