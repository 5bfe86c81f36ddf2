import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderExperimentDocuments } from '../../../../bench/compare/render-experiment-documents.ts';
import { createExperiment, createRounds } from '../../../../bench/test/experiment-fixture.ts';

/** Version 1 of the experiment `soup`, with all its documents, in a folder as `reports/` is. */
export async function layReport(folder: string): Promise<void> {
  const experiment = createExperiment(createRounds(8, { before: 2, after: 1 }));
  const place = join(folder, 'soup', '1');
  await mkdir(place, { recursive: true });
  const documents = { 'report.json': JSON.stringify(experiment), ...renderExperimentDocuments(experiment) };
  for (const [name, text] of Object.entries(documents)) await writeFile(join(place, name), text);
}
