import { randomUUID } from 'node:crypto';
import { table } from '../../bench/report/markdown/markdown.ts';
import { headers } from '../../contract/headers.ts';
import { downloadPath } from '../../contract/routes.ts';
import { defaultWorkload } from '../../contract/workload.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { createDocumentStore } from '../../server/aws/document-store.ts';
import { createRunStore } from '../../server/aws/run-store.ts';
import { readStoresConfig } from '../../server/config.ts';
import { newRun } from '../../server/performance/new-run.ts';
import { publishModel } from '../../server/registry/publish-model.ts';
import { startLocalAws } from '../local-aws/start-local-aws.ts';
import { openRegistry } from '../open-registry.ts';
import { compareRatios, findMedian, formatRatio } from './compare-ratios.ts';
import { interleave } from './interleave.ts';
import { runEngine } from './run-engine.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './start-service-under-test.ts';
import type { ValidationResult } from './validation.ts';
import { watchProcess } from './watch-process.ts';

const pairCount = 24;
const bodyBytes = 24_834_009;
const clients = 40;
const mostRatio = 1.03;

/**
 * CPU-seconds of the service's whole process per 1e9 bytes of body, of a service that observes its requests and of one
 * that is blind, interleaved: streamed downloads of a run, from the embedded S3.
 */
export async function measureInstruments(say: (text: string) => void): Promise<ValidationResult> {
  const aws = await startLocalAws();
  Object.assign(process.env, aws.env);
  const blindfold = new URL('./processes/without-instruments.ts', import.meta.url).href;
  const services: ServiceUnderTest[] = [];
  try {
    const runId = await prepareRun();
    const seeing = await startServiceUnderTest({});
    services.push(seeing);
    const blind = await startServiceUnderTest({ NODE_OPTIONS: `--import ${blindfold}` });
    services.push(blind);
    for (const service of services) await load(service, runId);
    const pairs = await interleave(
      pairCount,
      11,
      () => load(seeing, runId),
      () => load(blind, runId),
      ({ one, other }, number) =>
        say(`pair ${number} of ${pairCount}: on ${one.toFixed(3)}, off ${other.toFixed(3)} CPU-s/GB`),
    );
    const ratio = compareRatios(
      pairs.map(({ one, other }) => [one, other] as const),
      0.9,
    );
    const median = (read: (pair: (typeof pairs)[number]) => number) => findMedian(pairs.map(read)).toFixed(3);
    return {
      table: table(
        ['instruments', 'CPU-s/GB (median)'],
        [
          ['on', median(({ one }) => one)],
          ['off', median(({ other }) => other)],
        ],
        'lr',
      ),
      judgements: [
        {
          text: `instruments on against off: ${formatRatio(ratio)} times the CPU time, ${pairCount} pairs; at most ${mostRatio}`,
          holds: ratio.estimate <= mostRatio,
        },
      ],
    };
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await aws.stop();
  }
}

/** A model to download, and a run that downloads belong to. */
async function prepareRun(): Promise<string> {
  const aws = createAwsClients();
  try {
    const names = readStoresConfig(process.env);
    const { stores } = await openRegistry(aws, names);
    const content = (async function* () {
      yield Buffer.alloc(bodyBytes, 'weights');
    })();
    await publishModel(stores, { modelId: defaultWorkload.model_id, version: 'main', content });
    const runId = randomUUID();
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const documents = createDocumentStore(aws.s3, names.runsBucket);
    await createRunStore(aws.dynamodb, names.runsTable, documents).createRun({
      ...newRun({
        run_id: runId,
        workload: { ...defaultWorkload },
        delivery_settings: { delivery: 'streamed', download_concurrency: 100, s3_max_sockets: 150 },
        shards: 1,
        started_at: new Date().toISOString(),
        estimated_completion: inAnHour,
        hard_deadline: inAnHour,
      }),
      status: 'running',
    });
    return runId;
  } finally {
    aws.destroy();
  }
}

/** CPU-seconds of the service per 1e9 bytes. */
async function load({ url, pid }: ServiceUnderTest, runId: string): Promise<number> {
  const finishWatch = watchProcess(pid, 0);
  const { attempts } = await runEngine({
    url,
    scenario: {
      name: 'instruments',
      executor: 'per-vu-iterations',
      vus: clients,
      iterations: 1,
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
