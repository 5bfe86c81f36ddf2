import {
  buildFromRuns,
  describeAnswer,
  type NamedRun,
  readExperiment,
  renderExperimentDocuments,
} from '../../../bench/index.ts';
import type { Experiment, ExperimentRun } from '../../../contract/experiment.ts';
import {
  type ExperimentDocumentName,
  experimentDocumentKey,
  experimentDocuments,
  runDocumentKey,
} from '../../../contract/object-keys.ts';
import type { RunRecord } from '../../../contract/run.ts';
import { keepTrying } from './keep-trying.ts';
import type { RunnerContext } from './runner-context.ts';

type ExperimentContext = Pick<RunnerContext, 'runs' | 'documents' | 'targetUrl'>;

/**
 * Notes a measured run as one of its experiment's, and writes the experiment's next version when that completed a pair of a
 * before and an after. Nothing for a run of none.
 */
export async function writeExperiment(
  context: ExperimentContext,
  run: RunRecord,
  reportText: string,
  signal: AbortSignal,
): Promise<void> {
  const { experiment: name, phase } = run.workload;
  if (name === undefined || phase === undefined) return;
  const { runs } = context;
  const own: ExperimentRun = { run_id: run.run_id, phase, started_at: run.started_at };
  await keepTrying(() => runs.noteExperimentRun(name, own), signal);
  const noted = await keepTrying(() => runs.listExperimentRuns(name), signal);
  const named = await readNamedRuns(context, noted, { runId: run.run_id, reportText }, signal);
  // Another one may take the number meanwhile, though runs are measured one at a time.
  for (;;) {
    const versions = await keepTrying(() => runs.listExperimentVersions(name), signal);
    const last = versions.at(-1);
    const number = (last?.number ?? 0) + 1;
    const previous = last === undefined ? null : await readVersion(context, name, last.number, signal);
    const experiment = buildFromRuns(named, {
      name,
      number,
      origin: { kind: 'service', url: context.targetUrl, number },
      previous,
    });
    if (experiment === null || (last !== undefined && experiment.design.pairs <= last.pairs)) return;
    if (await createVersion(context, run.run_id, experiment, number, signal)) return;
  }
}

/** Those whose documents are still there: runs are kept for a while only. */
async function readNamedRuns(
  { documents }: ExperimentContext,
  noted: readonly ExperimentRun[],
  own: { runId: string; reportText: string },
  signal: AbortSignal,
): Promise<NamedRun[]> {
  const named: NamedRun[] = [];
  for (const { run_id, phase } of noted) {
    const text =
      run_id === own.runId
        ? own.reportText
        : await keepTrying(() => documents.read(runDocumentKey(run_id, 'report.json')), signal);
    if (text !== null) named.push({ phase, reportText: text.toString(), document: null });
  }
  return named;
}

async function readVersion(
  { documents }: ExperimentContext,
  name: string,
  number: number,
  signal: AbortSignal,
): Promise<Experiment | null> {
  const key = experimentDocumentKey(name, number, 'report.json');
  const text = await keepTrying(() => documents.read(key), signal);
  return text === null ? null : readExperiment(text.toString());
}

/** The documents first, then the item that shows them. */
async function createVersion(
  { runs, documents }: ExperimentContext,
  runId: string,
  experiment: Experiment,
  number: number,
  signal: AbortSignal,
): Promise<boolean> {
  const bodies: Readonly<Record<ExperimentDocumentName, string>> = {
    ...renderExperimentDocuments(experiment),
    'report.json': `${JSON.stringify(experiment, null, 2)}\n`,
  };
  for (const document of Object.keys(bodies) as ExperimentDocumentName[]) {
    const key = experimentDocumentKey(experiment.name, number, document);
    const body = Buffer.from(bodies[document]);
    await keepTrying(() => documents.write(key, body, experimentDocuments[document]), signal);
  }
  const { name, started_at, completed_at, verdict, design } = experiment;
  return keepTrying(
    () =>
      runs.createExperimentVersion({
        name,
        number,
        started_at,
        completed_at,
        run_id: runId,
        pairs: design.pairs,
        verdict,
        answer: describeAnswer(experiment),
      }),
    signal,
  );
}
