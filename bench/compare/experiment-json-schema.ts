import { z } from 'zod';
import { experimentSchema } from '../../contract/experiment.ts';

/** The file below `reports/schema/` that publishes the shape of an experiment's document. */
export const experimentSchemaFile = 'modelrig.experiment-1.schema.json';

/** The JSON Schema (draft 2020-12) of what this version reads, as text; see `renderReportJsonSchema`. */
export function renderExperimentJsonSchema(): string {
  const { $schema, ...shape } = z.toJSONSchema(experimentSchema, { io: 'input' });
  const head = {
    $schema,
    title: experimentSchema.shape.schema.value,
    description:
      'One experiment of modelrig: the question, what was predicted, its rounds, the verdict with its interval, and why.',
  };
  return `${JSON.stringify({ ...head, ...shape }, null, 2)}\n`;
}
