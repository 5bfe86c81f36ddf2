import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExperimentPhase,
  experimentNameRule,
  experimentNameSchema,
} from '../../contract/experiment-name.ts';
import { buildFromRuns, type NamedRun } from '../compare/build-from-runs.ts';
import { saveRun } from '../lab/journal.ts';
import { readReport } from '../report/read-report.ts';
import type { CommandLine } from './command-line.ts';
import { CommandError, exitCodes, UsageError } from './exit-codes.ts';
import { printExperiment } from './experiment-command.ts';
import { fetchRun } from './fetch-run.ts';
import { isColored } from './output.ts';
import { placeExperiment, readLastVersion, reportsFolder } from './publish-experiment.ts';
import { ensureWritable } from './save-documents.ts';

export interface ReportFlags {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly as: string;
}

/** `report`: runs that somebody names, as the next version of an experiment below `reports/`. */
export async function reportRuns({ stdout, env }: CommandLine, flags: ReportFlags): Promise<number> {
  assertExperimentName(flags.as, '--as');
  const { before, after } = flags;
  if (before.length !== after.length) {
    throw new UsageError(
      `--before names ${before.length} runs, --after ${after.length}; allowed: as many of each, for a run without its other side tells nothing`,
    );
  }
  await ensureWritable(reportsFolder);
  const scratch = await mkdtemp(join(tmpdir(), 'modelrig-report-'));
  try {
    const runs: NamedRun[] = [];
    for (const phase of ['before', 'after'] as const) {
      for (const place of flags[phase]) runs.push(await bringRun(place, phase, scratch, env));
    }
    assertOnce(runs);
    const experiment = buildFromRuns(runs, {
      name: flags.as,
      number: null,
      origin: { kind: 'report', url: null, number: null },
      previous: await readLastVersion(flags.as),
    });
    if (experiment === null) throw new CommandError('There is no pair of a run before and one after.');
    const folder = await placeExperiment(experiment, scratch);
    printExperiment(stdout, experiment, folder, { json: false, color: isColored(stdout, env) });
    return experiment.verdict.value === 'INVALID' ? exitCodes.runInvalid : exitCodes.ok;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** @throws {UsageError} for a run that is named again: it would count as another measurement. */
function assertOnce(runs: readonly NamedRun[]): void {
  const seen = new Set<string>();
  for (const { reportText } of runs) {
    const { run_id } = readReport(reportText);
    if (seen.has(run_id)) throw new UsageError(`Run ${run_id} is named twice; allowed: each run once`);
    seen.add(run_id);
  }
}

async function bringRun(
  place: string,
  phase: ExperimentPhase,
  scratch: string,
  env: CommandLine['env'],
): Promise<NamedRun> {
  const run = await fetchRun(place, env);
  const { path } = await saveRun(scratch, `rounds/${run.report.run_id.slice(0, 8)}-${phase}`, run);
  return { phase, reportText: run.reportText, document: path };
}

/** @throws {UsageError} for what cannot be the name of a folder. */
export function assertExperimentName(name: string, what: string): void {
  if (experimentNameSchema.safeParse(name).success) return;
  throw new UsageError(`${what} is "${name}"; allowed: ${experimentNameRule}`);
}
