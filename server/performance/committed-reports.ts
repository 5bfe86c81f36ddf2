import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeAnswer } from '../../bench/index.ts';
import type { CommittedReports } from '../../contract/committed-reports.ts';
import { type Experiment, experimentSchema } from '../../contract/experiment.ts';
import { experimentNameSchema } from '../../contract/experiment-name.ts';
import { type ExperimentDocumentName, experimentDocuments } from '../../contract/object-keys.ts';
import { reportDocumentPath } from '../../contract/routes.ts';
import { DomainError } from '../domain-error.ts';

/** What lies in `reports/<experiment>/<n>/`, as it was shipped: it does not change while the service runs. */
export interface CommittedReportStore {
  list(): Promise<CommittedReports>;
  /** @throws {DomainError} `document_not_found`. */
  read(name: string, number: number, document: ExperimentDocumentName): Promise<Buffer>;
}

type Listed = CommittedReports['reports'][number];

export function createCommittedReports(folder: string): CommittedReportStore {
  return {
    async list() {
      const places = await listPlaces(folder);
      const read = await Promise.all(places.map((place) => readPlace(folder, place)));
      const found = read.filter((one) => one !== null);
      const reports = found.flatMap((one) => ('report' in one ? [one.report] : []));
      return {
        reports: reports.toSorted((one, other) => other.completed_at.localeCompare(one.completed_at)),
        unreadable: found.flatMap((one) => ('reason' in one ? [one] : [])),
      };
    },

    async read(name, number, document) {
      try {
        return await readFile(join(folder, name, String(number), document));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new DomainError('document_not_found', `There is no ${document} of ${name}, version ${number}.`);
      }
    },
  };
}

interface Place {
  readonly name: string;
  readonly number: number;
}

/** Without the folder there are none; `drafts` and `schema` have no numbered folders. */
async function listPlaces(folder: string): Promise<Place[]> {
  const names = (await listFolders(folder)).filter((name) => experimentNameSchema.safeParse(name).success);
  const places = await Promise.all(
    names.map(async (name) =>
      (await listFolders(join(folder, name)))
        .filter((version) => /^[1-9]\d{0,5}$/.test(version))
        .map((version) => ({ name, number: Number(version) })),
    ),
  );
  return places.flat();
}

async function listFolders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function readPlace(
  folder: string,
  place: Place,
): Promise<{ report: Listed } | { folder: string; reason: string } | null> {
  const path = join(folder, place.name, String(place.number));
  try {
    const document: unknown = JSON.parse(await readFile(join(path, 'report.json'), 'utf8'));
    if (isOfAnotherKind(document)) return null;
    const experiment = experimentSchema.parse(document);
    return { report: toListed(place, experiment, await readdir(path)) };
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'it has no report.json'
        : 'its report.json is none of ours';
    return { folder: `${place.name}/${place.number}`, reason };
  }
}

/** `reports/` also holds what is no experiment, such as the ladder of slowdowns: it is for reading where it lies. */
function isOfAnotherKind(document: unknown): boolean {
  const { schema = null } = { ...(document as { schema?: unknown }) };
  return typeof schema === 'string' && /^modelrig\.(?!experiment\/)[a-z]+\/\d+$/.test(schema);
}

function toListed({ name, number }: Place, experiment: Experiment, files: readonly string[]): Listed {
  return {
    name,
    number,
    question: experiment.question,
    completed_at: experiment.completed_at,
    pairs: experiment.design.pairs,
    origin: experiment.origin,
    verdict: experiment.verdict,
    answer: describeAnswer(experiment),
    draft_reasons: experiment.draft_reasons,
    git_commit: experiment.arms.after.subject.git_commit,
    documents: Object.fromEntries(
      files
        .filter((file) => file in experimentDocuments)
        .map((file) => [file, reportDocumentPath(name, number, file)]),
    ),
  };
}
