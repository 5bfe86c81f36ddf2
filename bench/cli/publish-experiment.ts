import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Experiment } from '../../contract/experiment.ts';
import { readExperiment } from '../compare/read-experiment.ts';
import { renderExperimentDocuments } from '../compare/render-experiment-documents.ts';
import { removeJournal } from '../lab/journal.ts';
import { keepToSize } from './keep-to-size.ts';

/** Where published versions of experiments lie, each in a folder of its name and number. */
export const reportsFolder = 'reports';

/** The numbers of an experiment's published versions, ascending. */
async function listVersions(name: string): Promise<number[]> {
  const entries = await readdir(join(reportsFolder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => /^[1-9]\d{0,5}$/.test(entry))
    .map(Number)
    .sort((one, other) => one - other);
}

/** The last published version; null where there is none. */
export async function readLastVersion(name: string): Promise<Experiment | null> {
  const last = (await listVersions(name)).at(-1);
  return last === undefined ? null : readVersion(name, last);
}

/** The folder of the version that is made of exactly these runs; null where there is none. */
export async function findVersionOf(name: string, runIds: readonly string[]): Promise<string | null> {
  const wanted = runIds.toSorted().join();
  for (const number of await listVersions(name)) {
    const { rounds } = await readVersion(name, number);
    const found = rounds.map(({ run_id }) => run_id).toSorted();
    if (found.join() === wanted) return join(reportsFolder, name, String(number));
  }
  return null;
}

async function readVersion(name: string, number: number): Promise<Experiment> {
  return readExperiment(await readFile(join(reportsFolder, name, String(number), 'report.json'), 'utf8'));
}

/**
 * Puts an experiment under its next number below `reports/`, with the rounds that lie in `rounds`, or makes that folder
 * its draft where it may not be published. Gives the folder that has it.
 */
export async function publishExperiment(experiment: Experiment, rounds: string): Promise<string> {
  if (experiment.draft_reasons.length > 0) return keepDraft(experiment, rounds);
  const folder = await placeExperiment(experiment, rounds);
  await rm(rounds, { recursive: true, force: true });
  return folder;
}

/** Makes the folder of the rounds the draft that they are of. */
export async function keepDraft(experiment: Experiment, rounds: string): Promise<string> {
  await writeExperiment(rounds, experiment);
  await removeJournal(rounds);
  return rounds;
}

/** The next number's folder, which appears as a whole; `rounds` is left as it is. */
export async function placeExperiment(experiment: Experiment, rounds: string | null): Promise<string> {
  const number = ((await listVersions(experiment.name)).at(-1) ?? 0) + 1;
  const folder = join(reportsFolder, experiment.name, String(number));
  const unfinished = join(dirname(folder), `.${number}.${process.pid}`);
  await mkdir(unfinished, { recursive: true });
  try {
    if (rounds !== null) await cp(join(rounds, 'rounds'), join(unfinished, 'rounds'), { recursive: true });
    const kept = await keepToSize(unfinished, experiment);
    await writeExperiment(unfinished, { ...kept, number });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

async function writeExperiment(folder: string, experiment: Experiment): Promise<void> {
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(experiment, null, 2)}\n`);
  for (const [name, content] of Object.entries(renderExperimentDocuments(experiment))) {
    await writeFile(join(folder, name), content);
  }
}
