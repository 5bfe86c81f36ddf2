import { z } from 'zod';
import { profileSchema } from '../../contract/delivery-settings.ts';
import { stageSchema } from '../../contract/experiment.ts';
import { experimentNameSchema } from '../../contract/experiment-name.ts';
import { workloadRequestSchema } from '../../contract/workload.ts';
import { comparedMetrics } from '../compare/compared-metrics.ts';
import { createFixedDesign, fewestPairs, stagedDesign } from '../statistics/design.ts';
import { type ExperimentPlan, nameArtifact } from './experiment-plan.ts';

const metrics = comparedMetrics.map(({ name }) => name);
const deciding = comparedMetrics.filter(({ mayDecide }) => mayDecide).map(({ name }) => name);
const text = z.string().min(10);
const margin = z.number().positive().max(1);

const optionsSchema = z.strictObject({
  name: experimentNameSchema,
  question: text,
  /** What is believed to be the case, and why, before anything runs. */
  hypothesis: text,
  before: profileSchema,
  after: profileSchema,
  /** How the store is made to act; absent for one that is left as it is. */
  stage: stageSchema.optional(),
  scenario: workloadRequestSchema.omit({ profile: true, model_id: true, version: true, note: true }),
  artifactBytes: z.int().min(1_000).max(1_000_000_000).optional(),
  primary: z.enum(
    deciding,
    `one of ${deciding.join(', ')}; a mean latency may get worse where every byte comes sooner`,
  ),
  /** The smallest difference that matters; 0.1 where rounds scatter by more than 5 %. */
  margin: margin.default(0.05),
  predicted: z.strictObject({
    direction: z.enum(['BETTER', 'WORSE', 'SAME']),
    ratio: z.number().positive().nullable().default(null),
    because: text,
  }),
  guards: z
    .array(
      z.strictObject({
        metric: z.enum(metrics),
        margin,
        scenario: workloadRequestSchema.shape.scenario,
      }),
    )
    .default([]),
  /** `staged`: looks after 8, 16 and 24 pairs. A number: one look, after so many. */
  rounds: z.union([z.literal('staged'), z.int().min(fewestPairs).max(100)]).default('staged'),
  budgetMinutes: z.number().positive(),
  arithmetic: z.strictObject({ ratio: z.number().positive(), because: text }).optional(),
  published: z
    .strictObject({
      source: text,
      rows: z.array(z.strictObject({ metric: z.string(), before: z.string(), after: z.string() })),
    })
    .optional(),
});
export type ExperimentOptions = z.input<typeof optionsSchema>;

/**
 * An experiment, written before it runs: the file is hashed into its report.
 * @throws {Error} with all faults of the options.
 */
export function defineExperiment(options: ExperimentOptions): ExperimentPlan {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join('.') || 'options'}: ${message}`,
    );
    throw new Error(`The experiment "${options.name}" has faults:\n${faults.join('\n')}`);
  }
  const given = parsed.data;
  const stage = given.stage ?? null;
  const { artifactBytes = null } = given;
  const plan: ExperimentPlan = {
    name: given.name,
    question: given.question,
    hypothesis: given.hypothesis,
    before: { settings: given.before, stage },
    after: { settings: given.after, stage },
    workload: {
      ...given.scenario,
      ...(artifactBytes === null ? {} : { model_id: nameArtifact(artifactBytes) }),
    },
    artifactBytes,
    primary: given.primary,
    margin: given.margin,
    predicted: given.predicted,
    guards: given.guards.map(({ metric, margin: most, scenario }) => ({
      metric,
      margin: most,
      ...(scenario === undefined ? {} : { scenario }),
    })),
    design: given.rounds === 'staged' ? stagedDesign : createFixedDesign(given.rounds),
    budgetMinutes: given.budgetMinutes,
    arithmetic: given.arithmetic ?? null,
    published: given.published ?? null,
  };
  defined.add(plan);
  return plan;
}

const defined = new WeakSet<object>();

/** Whether it was made, and so checked, by `defineExperiment`. */
export function isExperimentPlan(value: unknown): value is ExperimentPlan {
  return typeof value === 'object' && value !== null && defined.has(value);
}
