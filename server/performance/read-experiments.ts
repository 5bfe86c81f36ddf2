import type { ExperimentDetails, Experiments, ExperimentVersion } from '../../contract/experiment.ts';
import {
  type ExperimentDocumentName,
  experimentDocumentKey,
  experimentDocuments,
} from '../../contract/object-keys.ts';
import { experimentDocumentPath } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from './performance-context.ts';

/** The latest version of each experiment, the newest first. */
export async function listExperiments({ runs }: PerformanceContext): Promise<Experiments> {
  return { experiments: (await runs.listExperiments()).map(show) };
}

/**
 * An experiment's versions and runs.
 * @throws {DomainError} `experiment_not_found` when no run was ever triggered for it.
 */
export async function readExperimentDetails(
  { runs }: PerformanceContext,
  name: string,
): Promise<ExperimentDetails> {
  const [versions, noted] = await Promise.all([
    runs.listExperimentVersions(name),
    runs.listExperimentRuns(name),
  ]);
  if (noted.length === 0) throw new DomainError('experiment_not_found', `There is no experiment "${name}".`);
  return { name, versions: versions.map(show).reverse(), runs: noted.reverse() };
}

/** @throws {DomainError} `document_not_found`. */
export async function readExperimentDocument(
  { documents }: PerformanceContext,
  name: string,
  number: number,
  document: ExperimentDocumentName,
): Promise<Buffer> {
  const body = await documents.read(experimentDocumentKey(name, number, document));
  if (body) return body;
  throw new DomainError(
    'document_not_found',
    `The experiment "${name}" has no document "${document}" of a version ${number}.`,
  );
}

function show(version: ExperimentVersion): Experiments['experiments'][number] {
  const names = Object.keys(experimentDocuments);
  return {
    ...version,
    documents: Object.fromEntries(
      names.map((document) => [document, experimentDocumentPath(version.name, version.number, document)]),
    ),
  };
}
