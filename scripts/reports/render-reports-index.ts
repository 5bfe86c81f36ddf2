import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type IndexedExperiment, renderIndex } from '../../bench/compare/markdown/render-index.ts';
import { readExperiment, readSchema } from '../../bench/compare/read-experiment.ts';
import { experiments } from '../../bench/experiments/find-experiment.ts';

/** What is between them is made anew; the rest is written by hand. */
const marks = {
  begin: '<!-- made by npm run reports, from the reports themselves -->',
  end: '<!-- to here -->',
};

/**
 * `README.md` of the reports with its table and story as the versions below the folder give them; null where it has no place
 * for them.
 */
export async function renderReportsIndex(folder: string): Promise<string | null> {
  const text = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const [head, rest] = text.split(marks.begin);
  const [, tail] = rest?.split(marks.end) ?? [];
  if (head === undefined || tail === undefined) return null;
  const order = experiments.map(({ name }) => name);
  const index = renderIndex(await readVersions(folder), order);
  return `${head}${marks.begin}\n\n${index}\n\n${marks.end}${tail}`;
}

async function readVersions(folder: string): Promise<IndexedExperiment[]> {
  const versions: IndexedExperiment[] = [];
  for await (const name of glob('*/*/report.json', { cwd: folder, exclude: ['drafts'] })) {
    const text = await readFile(join(folder, name), 'utf8');
    if (!String(readSchema(text)).startsWith('modelrig.experiment/')) continue;
    versions.push({ experiment: readExperiment(text), folder: dirname(name) });
  }
  return versions.sort((one, other) => (one.folder < other.folder ? -1 : 1));
}
