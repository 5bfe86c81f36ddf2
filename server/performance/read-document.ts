import { type RunDocument, runDocumentKey } from '../../contract/object-keys.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from './performance-context.ts';
import { readSettledRun } from './read-run.ts';

/** @throws {DomainError} `run_not_found`; `document_not_found` while the run has not written it. */
export async function readDocument(
  context: PerformanceContext,
  runId: string,
  name: RunDocument,
): Promise<Buffer> {
  const run = await readSettledRun(context, runId);
  const document = run.documents.includes(name)
    ? await context.documents.read(runDocumentKey(runId, name))
    : null;
  if (document) return document;
  throw new DomainError('document_not_found', `Run ${runId} (${run.status}) has no document "${name}".`);
}
