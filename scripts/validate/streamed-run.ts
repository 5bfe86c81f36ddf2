import { randomUUID } from 'node:crypto';
import type { ScenarioOptions } from '../../bench/scenario/scenario-options.ts';
import { headers } from '../../contract/headers.ts';
import { downloadPath } from '../../contract/routes.ts';
import { defaultWorkload } from '../../contract/workload.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { createDocumentStore } from '../../server/aws/document-store.ts';
import { createRunStore } from '../../server/aws/run-store.ts';
import { readStoresConfig } from '../../server/config.ts';
import { newRun } from '../../server/performance/new-run.ts';
import type { RunStore } from '../../server/performance/run-store.ts';
import { publishModel } from '../../server/registry/publish-model.ts';
import { openRegistry } from '../open-registry.ts';
import { runEngine } from './run-engine.ts';
import type { ServiceUnderTest } from './start-service-under-test.ts';
import { watchProcess } from './watch-process.ts';

const bodyBytes = 24_834_009;
const clients = 40;
const name = 'streamed-run';

export interface StreamedRun {
  readonly runId: string;
  readonly runs: RunStore;
  close(): void;
}

/** A run under way in the stores of this process's environment, with a model that its requests download. */
export async function openStreamedRun(): Promise<StreamedRun> {
  const aws = createAwsClients();
  const names = readStoresConfig(process.env);
  const { stores } = await openRegistry(aws, names);
  const content = (async function* () {
    yield Buffer.alloc(bodyBytes, 'weights');
  })();
  await publishModel(stores, { modelId: defaultWorkload.model_id, version: 'main', content });
  const runId = randomUUID();
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const runs = createRunStore(aws.dynamodb, names.runsTable, createDocumentStore(aws.s3, names.runsBucket));
  await runs.createRun({
    ...newRun({
      run_id: runId,
      workload: { ...defaultWorkload },
      delivery_settings: { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 150 },
      shards: 1,
      planned_seconds: null,
      started_at: new Date().toISOString(),
      estimated_completion: inAnHour,
      hard_deadline: inAnHour,
    }),
    status: 'running',
  });
  return { runId, runs, close: () => aws.destroy() };
}

/** Forty clients that download so often each, one after another. */
export function loadClosed(downloadsEach: number): ScenarioOptions {
  return { name, executor: 'per-vu-iterations', vus: clients, iterations: downloadsEach };
}

/** So many downloads begin each second, however long they take: it leaves room for all else on the machine. */
export function loadPaced(downloadsPerSecond: number, seconds: number): ScenarioOptions {
  return {
    name,
    executor: 'constant-arrival-rate',
    rate: downloadsPerSecond,
    timeUnit: '1s',
    duration: `${seconds}s`,
    preAllocatedVUs: clients,
    maxVUs: clients,
  };
}

/** Downloads of the model as requests of the run: CPU-seconds of the service per 1e9 bytes. */
export async function loadStreamed(
  { url, pid }: ServiceUnderTest,
  runId: string,
  load: ScenarioOptions,
): Promise<number> {
  const finishWatch = watchProcess(pid, 0);
  const { attempts } = await runEngine({
    url,
    scenario: {
      ...load,
      digestSampleRate: 0,
      request: {
        path: downloadPath('arnir0_Tiny-LLM', 'main'),
        headers: { [headers.runId]: runId },
        expect: { bytes: bodyBytes },
      },
    },
  });
  const { cpuSeconds } = finishWatch();
  const failed = attempts.find(({ outcome }) => outcome !== 'ok');
  if (failed) throw new Error(`A download failed: ${failed.error}`);
  return (cpuSeconds * 1e9) / (attempts.length * bodyBytes);
}
