import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderExperimentDocuments } from '../../../../bench/compare/render-experiment-documents.ts';
import { createExperiment, createRounds } from '../../../../bench/test/experiment-fixture.ts';
import type { Experiment } from '../../../../contract/experiment.ts';

/** Version 1 of an experiment, `soup` when none is given, with all its documents, in a folder as `reports/` is. */
export async function layReport(
  folder: string,
  experiment: Experiment = createExperiment(createRounds(8, { before: 2, after: 1 })),
): Promise<void> {
  const place = join(folder, experiment.name, '1');
  await mkdir(place, { recursive: true });
  const documents = { 'report.json': JSON.stringify(experiment), ...renderExperimentDocuments(experiment) };
  for (const [name, text] of Object.entries(documents)) await writeFile(join(place, name), text);
}
