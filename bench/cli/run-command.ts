import { join, resolve } from 'node:path';
import type { Report } from '../../contract/report.ts';
import type { Results } from '../../contract/results.ts';
import { assertRepeatable } from '../measure/assert-repeatable.ts';
import { listCrossed } from '../report/describe-threshold.ts';
import { formatBytes, formatCount } from '../report/format.ts';
import { chooseExitCode } from './choose-exit-code.ts';
import { chooseLoad, type LoadChoice, type LoadFlags } from './choose-load.ts';
import type { CommandLine } from './command-line.ts';
import { CommandError, ScriptError, UsageError } from './exit-codes.ts';
import { guardProcess } from './guard-process.ts';
import { isScenarioFile } from './load-scenario.ts';
import { measureTarget } from './measure-target.ts';
import { type OutputFlags, prepareOutput, printRun } from './output.ts';
import { readServedModels, type ServedModels } from './read-served-models.ts';
import { saveDocuments } from './save-documents.ts';

/**
 * `run <scenario> --target URL`: the engine straight at a service. Returns the exit code.
 * @throws {ScriptError} when the scenario's teardown threw, after the report was saved and shown; {Error} as its steps.
 */
export async function runBench(
  commandLine: CommandLine,
  scenario: string,
  flags: LoadFlags & OutputFlags,
): Promise<number> {
  const work = () => loadTarget(commandLine, scenario, flags);
  return isScenarioFile(scenario) ? guardProcess(resolve(scenario), commandLine, work) : work();
}

async function loadTarget(
  commandLine: CommandLine,
  scenario: string,
  flags: LoadFlags & OutputFlags,
): Promise<number> {
  const { signal } = commandLine;
  const choice = await chooseLoad(scenario, flags);
  const output = await prepareOutput(commandLine, flags);
  const { terminal } = output;
  try {
    const served = await readServedModels(choice, signal);
    await refuseUnrepeatable(choice, served);
    terminal.say(`target    ${choice.url}, ${describeServed(choice, served)}`);
    const { report, documents, teardownError } = await measureTarget(choice, served, terminal, signal);
    terminal.close();
    const folder = output.chooseFolder(report.run_id);
    await saveDocuments(Object.entries(documents), folder);
    printRun(output, describeResults(report, Object.keys(documents), folder, signal.aborted), report, folder);
    if (teardownError !== null) throw new ScriptError(teardownError);
    return chooseExitCode('completed', report, signal.aborted);
  } catch (error) {
    terminal.close();
    if (error === signal.reason) throw new CommandError('Stopped before the load: nothing was measured.');
    throw error;
  }
}

async function refuseUnrepeatable({ scenario }: LoadChoice, { models }: ServedModels): Promise<void> {
  await assertRepeatable(scenario, models).catch((error: Error) => {
    throw error instanceof ScriptError ? error : new UsageError(error.message, { cause: error });
  });
}

function describeServed({ scenario }: LoadChoice, { target, models }: ServedModels): string {
  if (target !== null) return `${target.model_id} ${target.version}, ${formatBytes(target.size_bytes)}`;
  return scenario.models === 'all' ? `models: ${formatCount(models.length)}` : 'asked for no model';
}

/** As a service tells the results of its runs; documents are paths of files here. */
function describeResults(
  report: Report,
  names: readonly string[],
  folder: string,
  isInterrupted: boolean,
): Results {
  const { run_id, started_at, completed_at, black_box, verdict, labels, stopped_because, workload } = report;
  return {
    run_id,
    status: isInterrupted ? 'cancelled' : 'completed',
    started_at,
    completed_at,
    estimated_completion: completed_at,
    metrics: black_box.metrics,
    progress: null,
    activity: null,
    planned_seconds: null,
    cancel_requested: isInterrupted,
    failure_reason: null,
    verdict,
    labels,
    stopped_because,
    crossed_thresholds: listCrossed(report.thresholds),
    workload,
    delivery_settings: null,
    documents: Object.fromEntries(names.map((name) => [name, join(folder, name)])),
  };
}
