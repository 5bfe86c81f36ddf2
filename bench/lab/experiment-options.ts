import { z } from 'zod';
import { armSettingsSchema } from '../../contract/delivery-settings.ts';
import { experimentNameSchema } from '../../contract/experiment-name.ts';
import { workloadRequestSchema } from '../../contract/workload.ts';
import { comparedMetrics } from '../compare/compared-metrics.ts';
import { fewestPairs } from '../statistics/design.ts';

const metrics = comparedMetrics.map(({ name }) => name);
const deciding = comparedMetrics.filter(({ mayDecide }) => mayDecide).map(({ name }) => name);
const directions = ['BETTER', 'WORSE', 'SAME'] as const;
const mostPairs = 100;

const textRule = 'a text of 10 characters or more';
const marginRule = 'a number above 0 and at most 1, such as 0.1 for 10 %';
const positiveRule = 'a number above 0';
const notNegativeRule = 'a number, 0 or more';
const rateRule = 'bytes a second, above 0, or null for as fast as they come';
const shareRule = 'a share from 0 to 1';
const bytesRule = 'a whole number of bytes from 1000 to 1000000000';
const roundsRule = `"staged", or a whole number of pairs from ${fewestPairs} to ${mostPairs}`;
const primaryRule = `one of ${deciding.join(', ')}; a mean latency may get worse where every byte comes sooner`;
const stageRule = '{ first_byte_ms, bytes_per_second_per_connection, ... }';
const predictedRule = '{ direction, ratio, because }';
const guardsRule = 'a list of { metric, margin, scenario }';
const arithmeticRule = '{ ratio, because }';
const publishedRule = '{ source, rows: [{ metric, before, after }] }';

const text = z.string(textRule).min(10, textRule);
const margin = z.number(marginRule).positive(marginRule).max(1, marginRule);
const ratio = z.number(positiveRule).positive(positiveRule);
const notNegative = z.number(notNegativeRule).min(0, notNegativeRule);
const rate = z.number(rateRule).positive(rateRule).nullable();
const cell = z.string('a text');

const shapes = {
  before: armSettingsSchema,
  after: armSettingsSchema,
  stage: z.strictObject(
    {
      first_byte_ms: notNegative,
      first_byte_jitter_ms: notNegative.default(0),
      bytes_per_second_per_connection: rate,
      bytes_per_second_total: rate.default(null),
      failure_rate: z.number(shareRule).min(0, shareRule).max(1, shareRule).default(0),
      seed: z.int('a whole number').default(1),
    },
    stageRule,
  ),
  scenario: workloadRequestSchema.omit({ profile: true, model_id: true, version: true, note: true }),
  predicted: z.strictObject(
    {
      direction: z.enum(directions, `one of ${directions.join(', ')}`),
      ratio: ratio.nullable().default(null),
      because: text,
    },
    predictedRule,
  ),
  guards: z.strictObject(
    {
      metric: z.enum(metrics, `one of ${metrics.join(', ')}`),
      margin,
      scenario: workloadRequestSchema.shape.scenario,
    },
    guardsRule,
  ),
  arithmetic: z.strictObject({ ratio, because: text }, arithmeticRule),
  published: z.strictObject(
    {
      source: text,
      rows: z.array(z.strictObject({ metric: cell, before: cell, after: cell }, publishedRule), publishedRule),
    },
    publishedRule,
  ),
} as const;

/** What an experiment file says; the messages are words that follow "allowed:". */
export const optionsSchema = z.strictObject({
  name: experimentNameSchema,
  question: text,
  /** What is believed to be the case, and why, before anything runs. */
  hypothesis: text,
  before: shapes.before,
  after: shapes.after,
  /** How the store is made to act; absent for one that is left as it is. */
  stage: shapes.stage.optional(),
  scenario: shapes.scenario,
  artifactBytes: z.int(bytesRule).min(1_000, bytesRule).max(1_000_000_000, bytesRule).optional(),
  primary: z.enum(deciding, primaryRule),
  /** The smallest difference that matters; 0.1 where rounds scatter by more than 5 %. */
  margin: margin.default(0.05),
  predicted: shapes.predicted,
  guards: z.array(shapes.guards, guardsRule).default([]),
  /** `staged`: looks after 8, 16 and 24 pairs. A number: one look, after so many. */
  rounds: z
    .union(
      [z.literal('staged'), z.int(roundsRule).min(fewestPairs, roundsRule).max(mostPairs, roundsRule)],
      roundsRule,
    )
    .default('staged'),
  budgetMinutes: ratio,
  arithmetic: shapes.arithmetic.optional(),
  published: shapes.published.optional(),
});
export type ExperimentOptions = z.input<typeof optionsSchema>;
export type CheckedExperiment = z.output<typeof optionsSchema>;

/** The options that there are beside one at this path, for a suggestion. */
export function listOptions(path: readonly PropertyKey[]): string[] {
  const [first] = path;
  if (path.length === 1) return Object.keys(optionsSchema.shape);
  if (first === 'published' && path.length > 2) return ['metric', 'before', 'after'];
  const shape = Object.entries(shapes).find(([name]) => name === first)?.[1].shape;
  return Object.keys(shape ?? {});
}
