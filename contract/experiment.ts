import { z } from 'zod';
import { armSettingsSchema } from './delivery-settings.ts';
import { experimentNameSchema, phaseSchema } from './experiment-name.ts';
import { environmentFingerprintSchema, subjectFingerprintSchema } from './report.ts';
import { labelSchema, verdictSchema } from './run.ts';
import { workloadSchema } from './workload.ts';

/** `modelrig.experiment/1`: a question with a before and an after, and what the rounds of both answered. */

/** JSON has no infinity: what is without an upper bound, or of nothing before and something after. */
const boundSchema = z.union([z.number(), z.literal('infinite')]);

/** after / before: the median of the Walsh averages of the pairs' logarithms, and the interval of the signed-rank test. */
export const ratioSchema = z.object({ estimate: boundSchema, low: boundSchema, high: boundSchema });
export type Ratio = z.infer<typeof ratioSchema>;

const metricVerdictSchema = z.enum(['BETTER', 'WORSE', 'SAME', 'INCONCLUSIVE', 'OK', 'REGRESSED', 'UNPROVEN']);

/** One metric over all pairs. Secondary rows have an interval and no verdict. */
export const experimentMetricSchema = z.object({
  metric: z.string(),
  title: z.string(),
  /** Of `before` and `after`. */
  unit: z.string(),
  better: z.enum(['higher', 'lower']),
  role: z.enum(['primary', 'guard', 'secondary']),
  /** Of a guard that another load measured than the primary metric. */
  scenario: z.string().nullable().default(null),
  /** The arms' medians over their rounds; null where nothing was measured. */
  before: z.number().nullable(),
  after: z.number().nullable(),
  /** Some rounds hold requests that were cut off by their deadline: the true figure is greater. */
  is_at_least: z.object({ before: z.boolean(), after: z.boolean() }),
  ratio: ratioSchema.nullable(),
  /** Two-sided, of the signed-rank test. */
  p: z.number().nullable(),
  pairs: z.int(),
  margin: z.number().nullable(),
  verdict: metricVerdictSchema.nullable(),
});
export type ExperimentMetric = z.infer<typeof experimentMetricSchema>;

export const experimentRoundSchema = z.object({
  pair: z.int(),
  /** Whether it was measured first or second in its pair. */
  position: z.union([z.literal(1), z.literal(2)]),
  phase: phaseSchema,
  run_id: z.uuid(),
  started_at: z.iso.datetime(),
  /** Of further loads, for guards: by scenario, the run. */
  guard_runs: z.record(z.string(), z.uuid()).default({}),
  verdict: verdictSchema,
  labels: z.array(labelSchema),
  figures: z.record(z.string(), z.number().nullable()),
  /** The run's report below this document's folder, gzip; null where it lies elsewhere. */
  report: z.string().nullable(),
  /** Of the report's JSON text. */
  report_sha256: z.string(),
});
export type ExperimentRound = z.infer<typeof experimentRoundSchema>;

/** How the store was made to act; zeros and nulls shape nothing. */
export const stageSchema = z.object({
  first_byte_ms: z.number(),
  /** Uniform around it, to either side. */
  first_byte_jitter_ms: z.number().default(0),
  bytes_per_second_per_connection: z.number().nullable(),
  bytes_per_second_total: z.number().nullable().default(null),
  /** Share of the requests that are answered with 503, 0 to 1. */
  failure_rate: z.number().default(0),
  seed: z.int().default(1),
});
export type Stage = z.infer<typeof stageSchema>;

/** What was written down before the first round. */
export const experimentDefinitionSchema = z.object({
  question: z.string(),
  hypothesis: z.string(),
  before: armSettingsSchema,
  after: armSettingsSchema,
  stage: stageSchema.nullable(),
  primary: z.string(),
  margin: z.number(),
  predicted: z.object({
    direction: z.enum(['BETTER', 'WORSE', 'SAME']),
    /** At least this ratio, or at most for what is to become less; null where only the direction was predicted. */
    ratio: z.number().nullable(),
    because: z.string(),
  }),
  guards: z.array(z.string()),
  /** What somebody else published of the same change, on hardware of his own. */
  published: z
    .object({
      source: z.string(),
      rows: z.array(z.object({ metric: z.string(), before: z.string(), after: z.string() })),
    })
    .nullable()
    .default(null),
  /** Of the file that has it, from the top of the checkout, with its SHA-256. */
  source: z.string(),
  source_sha256: z.string(),
});
export type ExperimentDefinition = z.infer<typeof experimentDefinitionSchema>;

/** Where a request's time went, before and after; milliseconds of the mean request. */
export const causeSchema = z.object({
  /** What the runs of each arm suspect, where they agree; `unknown` where they do not. */
  suspect_before: z.string(),
  suspect_after: z.string(),
  phases: z.array(z.object({ phase: z.string(), before_ms: z.number(), after_ms: z.number() })),
  total: z.object({ before_ms: z.number(), after_ms: z.number() }),
  conclusion: z.enum(['confirmed', 'refuted', 'unknown']),
  /** Why, in a sentence. */
  reason: z.string(),
});
export type Cause = z.infer<typeof causeSchema>;

export const experimentVerdictSchema = z.object({
  /** `NO_VERDICT`: what there is allows none, such as a single pair. */
  value: z.enum(['BETTER', 'WORSE', 'SAME', 'INCONCLUSIVE', 'INVALID', 'NO_VERDICT']),
  reasons: z.array(z.string()),
  /** SAME, although the interval excludes 1. */
  is_detectable: z.boolean().default(false),
  /** The better side's load generator or its host was at its limit: the gain is at least this. */
  is_at_least: z.boolean().default(false),
});
export type ExperimentVerdict = z.infer<typeof experimentVerdictSchema>;

/** The throughput of what no strategy outruns, measured among the rounds. */
export const referenceSchema = z.object({
  name: z.enum(['null server', 'S3 itself']),
  runs: z.int(),
  /** Bytes a second. */
  median: z.number(),
  least: z.number(),
  most: z.number(),
});
export type Reference = z.infer<typeof referenceSchema>;

/** A reference without which the figures stand, or some of its runs, and why, a clause. */
const unmeasuredReferenceSchema = referenceSchema.pick({ name: true }).extend({ reason: z.string() });

const armSchema = z.object({
  subject: subjectFingerprintSchema,
  runs: z.int(),
  requests: z.int(),
  successes: z.int(),
  /** Latencies of all its runs, merged; as in a run's report. */
  latency_histogram: z.string(),
  censored: z.int(),
});

export const experimentSchema = z.object({
  schema: z.literal('modelrig.experiment/1'),
  name: experimentNameSchema,
  /** Its version among those of the place where it lies; null before it has one. */
  number: z.int().nullable(),
  question: z.string(),
  /** Null where somebody triggered runs and called them before and after. */
  definition: experimentDefinitionSchema.nullable(),
  /** `lab`: fresh services in drawn order. `service`: the runs that it was asked for. `report`: runs that somebody named. */
  origin: z.object({
    kind: z.enum(['lab', 'service', 'report']),
    url: z.string().nullable().default(null),
    /** The service's own version. */
    number: z.int().nullable().default(null),
  }),
  /** What to type at the top of a checkout to measure it again; null where no command does. */
  command: z.string().nullable().default(null),
  started_at: z.iso.datetime(),
  completed_at: z.iso.datetime(),
  workload: workloadSchema,
  design: z.object({
    looks: z.array(z.int()),
    confidence: z.number(),
    same_confidence: z.number(),
    margin: z.number(),
    /** Of the coin that says which arm comes first in a pair; null where nobody threw one. */
    seed: z.int().nullable(),
    pairs: z.int(),
  }),
  verdict: experimentVerdictSchema,
  /** Null where nothing was predicted, or nothing can be said of it. */
  prediction_held: z.boolean().nullable(),
  metrics: z.array(experimentMetricSchema),
  arms: z.object({ before: armSchema, after: armSchema }),
  cause: causeSchema.nullable(),
  noise: z
    .object({
      sd_per_round: z.number(),
      lag_1: z.number().nullable(),
      smallest_detectable: z.number(),
      pairs_for_margin: z.int(),
    })
    .nullable(),
  references: z.array(referenceSchema).default([]),
  unmeasured_references: z.array(unmeasuredReferenceSchema).default([]),
  /** What the stage's parameters alone imply for the primary metric. */
  arithmetic: z.object({ ratio: z.number(), because: z.string() }).nullable(),
  environment: environmentFingerprintSchema,
  rounds: z.array(experimentRoundSchema),
  draft_reasons: z.array(z.string()),
  /** Of the rounds' documents, because a version may take 1 MB. */
  left_out: z.array(z.string()).default([]),
  /** Since the last version, a clause each. */
  changes: z.array(z.string()).default([]),
});
export type Experiment = z.infer<typeof experimentSchema>;

/** A version of an experiment, as the service lists it; the document itself lies in the runs bucket. */
export const experimentVersionSchema = z.object({
  name: experimentNameSchema,
  number: z.int(),
  /** Of its first run. */
  started_at: z.iso.datetime(),
  completed_at: z.iso.datetime(),
  /** The run that completed it. */
  run_id: z.uuid(),
  pairs: z.int(),
  verdict: experimentVerdictSchema,
  /** The answer in a sentence. */
  answer: z.string(),
});
export type ExperimentVersion = z.infer<typeof experimentVersionSchema>;

export const experimentRunSchema = z.object({
  run_id: z.uuid(),
  phase: phaseSchema,
  started_at: z.iso.datetime(),
});
export type ExperimentRun = z.infer<typeof experimentRunSchema>;

const shownVersionSchema = experimentVersionSchema.extend({
  /** Document name -> path on this service. */
  documents: z.record(z.string(), z.string()),
});

/** `GET /health/performance/experiments`: the latest version of each, the newest first. */
export const experimentsSchema = z.object({ experiments: z.array(shownVersionSchema) });
export type Experiments = z.infer<typeof experimentsSchema>;

/** `GET /health/performance/experiments/{name}`: versions and runs, the newest first. */
export const experimentDetailsSchema = z.object({
  name: experimentNameSchema,
  versions: z.array(shownVersionSchema),
  runs: z.array(experimentRunSchema),
});
export type ExperimentDetails = z.infer<typeof experimentDetailsSchema>;
