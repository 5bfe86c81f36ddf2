import { type Report, reportSchema } from '../../contract/report.ts';

const schema = reportSchema.shape.schema.value;

/**
 * A report from its JSON text; what older ones lack is filled in.
 * @throws {Error} naming the schema when it is a newer or another one, else the first damaged field, with the cause.
 */
export function readReport(text: string): Report {
  const document = parseJson(text);
  const found =
    typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null;
  if (found !== schema) {
    throw new Error(
      `The report's schema is ${JSON.stringify(found)}; this version reads "${schema}" and older ones.${isNewer(found) ? ' A newer version of modelrig wrote it.' : ''}`,
    );
  }
  const parsed = reportSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`The report is damaged: ${issue?.path.join('.') || 'document'}: ${issue?.message}.`, {
    cause: parsed.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('The report is damaged: it is not JSON.', { cause: error });
  }
}

function isNewer(found: unknown): boolean {
  const [, version] = /^modelrig\.report\/(\d+)$/.exec(String(found)) ?? [];
  return Number(version) > Number(schema.split('/')[1]);
}
