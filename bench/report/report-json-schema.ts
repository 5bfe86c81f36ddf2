import { z } from 'zod';
import { reportSchema } from '../../contract/report.ts';

/** The file below `reports/schema/` that publishes the shape of a report. */
export const reportSchemaFile = 'modelrig.report-1.schema.json';

/**
 * The JSON Schema (draft 2020-12) of what this version reads, as text: fields with a default may be absent, as they are
 * in older reports. Same code, same bytes.
 */
export function renderReportJsonSchema(): string {
  const { $schema, ...shape } = z.toJSONSchema(reportSchema, { io: 'input' });
  const head = {
    $schema,
    title: reportSchema.shape.schema.value,
    description:
      'One run of modelrig: what the load was, what client and service saw, how far it can be believed.',
  };
  return `${JSON.stringify({ ...head, ...shape }, null, 2)}\n`;
}
