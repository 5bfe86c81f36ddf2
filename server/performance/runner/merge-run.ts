import { applyWorkload, hashScenario, listCrossed } from '../../../bench/index.ts';
import { type RunDocument, runDocumentKey, runDocuments, runPartKey } from '../../../contract/object-keys.ts';
import type { Report } from '../../../contract/report.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { ModelStore } from '../../registry/stores.ts';
import type { DocumentStore } from '../document-store.ts';
import { endRun } from '../end-run.ts';
import type { RunStore } from '../run-store.ts';
import { listAbsentShards } from '../shares.ts';
import { collectTelemetry } from './collect-telemetry.ts';
import { fingerprintDataSet } from './fingerprint-data-set.ts';
import { keepTrying } from './keep-trying.ts';
import { type Afterwards, nothingAfterwards } from './measure-afterwards.ts';
import { renderInThread } from './render-in-thread.ts';
import { type RenderedRun, renderRun } from './render-run.ts';
import { decodePartHead } from './run-part.ts';
import { RunStopped } from './run-stopped.ts';
import { writeExperiment } from './write-experiment.ts';

/** What a merge works with, be it in a runner or in the service. */
export interface MergeContext {
  readonly runs: RunStore;
  readonly documents: DocumentStore;
  readonly models: Pick<ModelStore, 'listModels'>;
}

/** As many requests are rendered in less time than it takes to start a thread for more of them. */
const mostRowsHere = 20_000;
/** Parts that are read at the same time. */
const readsAtOnce = 16;

/**
 * Makes the documents of a run whose merge has begun, out of its parts and the instances' telemetry, and completes it.
 * May be repeated, also at the same time: which parts count is fixed, the documents are overwritten by their like, and
 * the run ends once.
 */
export async function mergeRun(
  context: MergeContext,
  run: RunRecord,
  signal: AbortSignal,
  afterwards: Afterwards = nothingAfterwards,
): Promise<void> {
  const { runs } = context;
  const completedAt = run.load_finished_at ?? new Date().toISOString();
  const parts = await readParts(context, run, signal);
  const heads = parts.map(decodePartHead);
  const expectedInstances = [...new Set(heads.flatMap(({ servedBy }) => servedBy))];
  const [instances, dataSet, scenarioSha256] = await Promise.all([
    collectTelemetry(runs, run.run_id, expectedInstances, signal),
    keepTrying(() => fingerprintDataSet(context.models), signal),
    hashScenario(applyWorkload(run.workload).name),
  ]);
  const { alone } = afterwards;
  const stores = afterwards.describeStores(heads[0]?.storesBefore ?? { s3: null, dynamodb: null });
  const facts = {
    run,
    completedAt,
    scenarioSha256,
    parts,
    alone,
    stores,
    instances,
    expectedInstances,
    dataSet,
  };
  const rows = heads.reduce((sum, head) => sum + head.rows, 0);
  const { report, bodies } = rows > mostRowsHere ? await renderInThread(facts, signal) : renderRun(facts);
  await writeDocuments(context, run.run_id, bodies, signal);
  const targetUrl = heads[0]?.targetUrl ?? '';
  await writeExperiment({ ...context, targetUrl }, run, bodies['report.json'].toString(), signal);
  await complete(context, report);
}

/** Those of the shards that loaded and are not missing, in their order. */
async function readParts(context: MergeContext, run: RunRecord, signal: AbortSignal): Promise<Buffer[]> {
  const without = new Set([...run.absent_shards, ...run.missing_shards].map(({ shard }) => shard));
  const wanted = listAbsentShards(run.shards, without);
  const parts: Buffer[] = [];
  for (let at = 0; at < wanted.length; at += readsAtOnce) {
    const some = wanted.slice(at, at + readsAtOnce);
    parts.push(...(await Promise.all(some.map((shard) => readPart(context, run, shard, signal)))));
  }
  return parts;
}

async function readPart(
  { documents }: MergeContext,
  run: RunRecord,
  shard: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const part = await keepTrying(() => documents.read(runPartKey(run.run_id, shard)), signal);
  if (part === null) {
    throw new RunStopped('failed', `The measurement of shard ${shard} is not in the runs bucket.`);
  }
  return part;
}

async function writeDocuments(
  { documents }: MergeContext,
  runId: string,
  bodies: RenderedRun['bodies'],
  signal: AbortSignal,
): Promise<void> {
  const names = Object.keys(bodies) as RunDocument[];
  await Promise.all(
    names.map((name) =>
      keepTrying(
        () => documents.write(runDocumentKey(runId, name), Buffer.from(bodies[name]), runDocuments[name]),
        signal,
      ),
    ),
  );
}

async function complete({ runs }: MergeContext, report: Report): Promise<void> {
  const ended = await keepTrying(() =>
    endRun(runs, report.run_id, {
      status: 'completed',
      completed_at: report.completed_at,
      metrics: report.black_box.metrics,
      verdict: report.verdict,
      labels: report.labels,
      stopped_because: report.stopped_because,
      crossed_thresholds: listCrossed(report.thresholds),
      documents: Object.keys(runDocuments),
    }),
  );
  if (!ended) throw new RunStopped('to_others', 'The run was ended from outside while its report was written.');
}
