import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reportSchema } from '../../contract/report.ts';
import { resultsSchema } from '../../contract/results.ts';
import { createArtifactStore } from '../../server/aws/artifact-store.ts';
import { createAwsClients } from '../../server/aws/clients.ts';
import { ensureStores } from '../../server/aws/create-stores.ts';
import { createModelStore } from '../../server/aws/model-store.ts';
import { readStoresConfig } from '../../server/config.ts';
import {
  cancel,
  readResults,
  trigger,
  waitForEnd,
} from '../../server/performance/test/support/service-client.ts';
import { publishModel } from '../../server/registry/publish-model.ts';
import { isStandIn, openTestAws, type TestAws } from '../../server/test/open-test-aws.ts';
import { startServiceProcess } from '../../server/test/start-service-process.ts';
import { zipFiles } from '../model-sources/zip-files.ts';

const test = suite('bench command at an endpoint');
const command = resolve('scripts/bench.ts');
let folder = '';
let tinyBytes = 0;
let aws: TestAws;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-endpoint-'));
  aws = await openTestAws();
  Object.assign(process.env, aws.env);
  tinyBytes = await publishOtherTinyLlm();
});

test.after(async () => {
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('an endpoint is all it takes: it is filled up around the Tiny-LLM that it has, the run is valid and its report says where', async () => {
  const { exitCode, stdout, stderr } = await bench(['--clients', '3', '--json'], aws.endpoints);
  assert.is(exitCode, 0, stderr);
  for (const [variable, url] of Object.entries(aws.endpoints))
    assert.ok(stderr.includes(`${url} (${variable})`));
  assert.not.match(stderr, 'embedded');
  if (!isStandIn) assert.match(stderr, 'registry  500 models, 499 published');
  const results = resultsSchema.parse(JSON.parse(stdout));
  assert.is(results.metrics?.total_bytes, 3 * tinyBytes);
  assert.is(results.verdict?.value, 'valid');
  const saved = await readFile(join(folder, 'reports', 'drafts', results.run_id, 'report.json'), 'utf8');
  const { environment } = reportSchema.parse(JSON.parse(saved)).fingerprint;
  assert.is(environment.backend, 'custom');
  assert.is(typeof environment.data_set === 'object' && environment.data_set.models, 500);
});

test('a model that the registry does not have is the caller’s fault: 104, with the field', async () => {
  const { exitCode, stderr } = await bench(['--clients', '1', '--model', 'nobody/nothing'], aws.endpoints);
  assert.is(exitCode, 104, stderr);
  assert.match(stderr, /--model is "nobody\/nothing"; allowed: a model that is published/);
});

test('a run of another service at the endpoint is under way: the command is refused, and leaves that run alone', async () => {
  const service = await startServiceProcess(readStoresConfig(process.env), {});
  try {
    const workload = { scenario: 'metadata', duration_seconds: 60 };
    const { run_id } = await trigger(service.url, workload);
    const { exitCode, stderr } = await bench(['--clients', '1'], aws.endpoints);
    assert.is(exitCode, 1, stderr);
    assert.match(stderr, `Run ${run_id} is active`);
    const { cancel_requested } = await readResults(service.url, run_id);
    assert.is(cancel_requested, false);
    await cancel(service.url, run_id);
    await waitForEnd(service.url, run_id);
  } finally {
    await service.close();
  }
});

// The stand-in would hold six gigabytes in memory for it, which nothing delivers within a second.
if (!isStandIn) {
  test('a registry that is there is not filled again, and a late run crosses the threshold', async () => {
    const { exitCode, stderr } = await bench(['--clients', '240', '--duration', '1'], aws.endpoints);
    assert.is(exitCode, 99, stderr);
    assert.match(stderr, 'registry  500 models or more are there already');
  });
}

/** With other bytes than the one made up here, as one from the hub has. Returns its size. */
async function publishOtherTinyLlm(): Promise<number> {
  const names = readStoresConfig(process.env);
  const clients = createAwsClients();
  try {
    await ensureStores(clients, names);
    const stores = {
      models: createModelStore(clients.dynamodb, names.modelsTable),
      artifacts: createArtifactStore(clients.s3, names.modelsBucket),
    };
    const content = zipFiles([{ name: 'model.bin', content: Buffer.alloc(24_000_000, 'other') }]);
    const model = { modelId: 'arnir0/Tiny-LLM', version: 'main', content, replace: true };
    return (await publishModel(stores, model)).record.sizeBytes;
  } finally {
    clients.destroy();
  }
}

/** With nothing of AWS in its environment but these variables. */
function bench(args: readonly string[], endpoints: Readonly<Record<string, string>>) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  return execa(process.execPath, [command, ...args], {
    env: { ...env, HOME: folder, ...endpoints },
    extendEnv: false,
    cwd: folder,
    reject: false,
    stdin: 'ignore',
  });
}

test.run();
