import { type Experiment, experimentSchema } from '../../contract/experiment.ts';

const schema = experimentSchema.shape.schema.value;

/**
 * An experiment's document from its JSON text; what older ones lack is filled in.
 * @throws {Error} naming the schema when it is a newer or another one, else the first damaged field, with the cause.
 */
export function readExperiment(text: string): Experiment {
  const found = readSchema(text);
  if (found !== schema) {
    const [, version] = /^modelrig\.experiment\/(\d+)$/.exec(String(found)) ?? [];
    const isNewer = Number(version) > Number(schema.split('/')[1]);
    throw new Error(
      `The document's schema is ${JSON.stringify(found)}; this version reads "${schema}" and older ones.${isNewer ? ' A newer version of modelrig wrote it.' : ''}`,
    );
  }
  const parsed = experimentSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`The experiment is damaged: ${issue?.path.join('.') || 'document'}: ${issue?.message}.`, {
    cause: parsed.error,
  });
}

/** What a document says that it is; null where it says nothing. */
export function readSchema(text: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null;
  } catch (error) {
    throw new Error('The document is damaged: it is not JSON.', { cause: error });
  }
}
