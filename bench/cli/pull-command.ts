import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Experiment } from '../../contract/experiment.ts';
import { experimentDocumentPath } from '../../contract/routes.ts';
import { readExperiment } from '../compare/read-experiment.ts';
import { saveRun } from '../lab/journal.ts';
import type { CommandLine } from './command-line.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { printExperiment } from './experiment-command.ts';
import { readRunDocuments } from './fetch-run.ts';
import { isColored } from './output.ts';
import { checkFlags } from './parse-flags.ts';
import { findVersionOf, placeExperiment, reportsFolder } from './publish-experiment.ts';
import { assertExperimentName } from './report-command.ts';
import { ensureWritable } from './save-documents.ts';
import { ServiceClient } from './service-client.ts';

/** `pull`: a service's latest version of an experiment, with the runs that it is made of; what is there is left as it is. */
export async function pullExperiment({ stdout, env }: CommandLine, name: string, url: string): Promise<number> {
  checkFlags({ url });
  assertExperimentName(name, 'the experiment');
  await ensureWritable(reportsFolder);
  const client = new ServiceClient(url, env.TRIGGER_TOKEN || null);
  const { versions } = await client.readExperiment(name);
  const [latest] = versions;
  if (latest === undefined) {
    throw new CommandError(`${url} has runs of "${name}", but no pair of a before and an after yet.`);
  }
  const document = await client.readDocument(experimentDocumentPath(name, latest.number, 'report.json'));
  const pulled = readExperiment(new TextDecoder().decode(document));
  const known = await findVersionOf(
    pulled.name,
    pulled.rounds.map(({ run_id }) => run_id),
  );
  if (known !== null) {
    stdout.write(`Version ${latest.number} of ${url} is there already: ${join(known, 'report.md')}\n`);
    return exitCodes.ok;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'modelrig-pull-'));
  try {
    const experiment = await bringRuns(client, pulled, scratch, url);
    const folder = await placeExperiment(experiment, scratch);
    printExperiment(stdout, experiment, folder, { json: false, color: isColored(stdout, env) });
    return experiment.verdict.value === 'INVALID' ? exitCodes.runInvalid : exitCodes.ok;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @throws {CommandError} when a run is not the one that the experiment was made of. */
async function bringRuns(
  client: ServiceClient,
  experiment: Experiment,
  scratch: string,
  url: string,
): Promise<Experiment> {
  const rounds: Experiment['rounds'] = [];
  for (const round of experiment.rounds) {
    const run = await readRunDocuments(client, round.run_id);
    const { path, sha256 } = await saveRun(scratch, `rounds/${round.run_id.slice(0, 8)}-${round.phase}`, run);
    if (sha256 !== round.report_sha256) {
      throw new CommandError(
        `Run ${round.run_id} of ${url} has a report with the SHA-256 ${sha256}; the experiment was made of ${round.report_sha256}.`,
      );
    }
    rounds.push({ ...round, report: path });
  }
  return { ...experiment, origin: { ...experiment.origin, url }, rounds };
}
