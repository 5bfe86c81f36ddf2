import { type Report, reportSchema, type ThresholdResult } from '../../contract/report.ts';
import { readListedMetric } from '../scenario/read-listed-metric.ts';
import { findThreshold } from '../thresholds/parse-threshold.ts';

const schema = reportSchema.shape.schema.value;

/** What is no report of a run at all. */
export class NoReportError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NoReportError';
  }
}

/**
 * A report from its JSON text; what older ones lack is filled in.
 * @throws {NoReportError} when it is none; {Error} naming a newer schema, or the first damaged field, with the cause.
 */
export function readReport(text: string): Report {
  const document = parseJson(text);
  const found =
    typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null;
  if (found !== schema) {
    const Kind = isNewer(found) ? Error : NoReportError;
    throw new Kind(
      `The report's schema is ${JSON.stringify(found)}; this version reads "${schema}" and older ones.${isNewer(found) ? ' A newer version of modelrig wrote it.' : ''}`,
    );
  }
  const parsed = reportSchema.safeParse(document);
  if (parsed.success) return { ...parsed.data, thresholds: parsed.data.thresholds.map(nameMetric) };
  const [issue] = parsed.error.issues;
  throw new Error(`The report is damaged: ${issue?.path.join('.') || 'document'}: ${issue?.message}.`, {
    cause: parsed.error,
  });
}

/** Older reports have thresholds of a list alone, whose expressions name the metric. */
function nameMetric(result: ThresholdResult): ThresholdResult {
  const { metric, expression } = result;
  const threshold =
    metric === undefined ? findThreshold({ metric: readListedMetric(expression), expression }) : null;
  return threshold === null ? result : { ...result, metric: threshold.metric };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NoReportError('It is no report, for it is not JSON.', { cause: error });
  }
}

function isNewer(found: unknown): boolean {
  const [, version] = /^modelrig\.report\/(\d+)$/.exec(String(found)) ?? [];
  return Number(version) > Number(schema.split('/')[1]);
}
