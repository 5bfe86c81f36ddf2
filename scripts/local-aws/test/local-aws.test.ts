import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readStoreCounts } from '../../../bench/measure/read-store-counts.ts';
import { createArtifactReader } from '../../../server/aws/artifact-reader.ts';
import { createArtifactStore } from '../../../server/aws/artifact-store.ts';
import { createAwsClients } from '../../../server/aws/clients.ts';
import { ensureStores } from '../../../server/aws/create-stores.ts';
import { createModelStore } from '../../../server/aws/model-store.ts';
import { publishModel } from '../../../server/registry/publish-model.ts';
import { type LocalAws, startLocalAws } from '../start-local-aws.ts';

const test = suite('local AWS');
const program = fileURLToPath(new URL('../../local-aws.ts', import.meta.url));
const stores = { modelsBucket: 'models', runsBucket: 'runs', modelsTable: 'models', runsTable: 'runs' };
let dataDir: string;

test.before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'local-aws-'));
});

test.after(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

test('the servers are gone within two seconds after their parent was killed', async () => {
  const { parent, urls } = await startProgram();
  assert.ok(await answers(urls.s3));
  assert.ok(await answers(urls.dynamodb));
  parent.kill('SIGKILL');
  await parent;
  const deadline = performance.now() + 2_000;
  while ((await answers(urls.s3)) || (await answers(urls.dynamodb))) {
    assert.ok(performance.now() < deadline, 'a server still answers');
    await sleep(20);
  }
});

test('a signal ends the program and its servers in order', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { parent, urls } = await startProgram();
    parent.kill(signal);
    const { exitCode, stderr } = await parent;
    assert.is(exitCode, 0, signal);
    assert.is(stderr, '');
    assert.not(await answers(urls.s3));
    assert.not(await answers(urls.dynamodb));
  }
});

test('a wrong flag ends the program with 104 and is named', async () => {
  const { exitCode, stderr } = await execa(process.execPath, [program, '--data', 'x'], { reject: false });
  assert.is(exitCode, 104);
  assert.match(stderr, '--data');
});

test('a data directory that another process has, or that is a file, is told in a line', async () => {
  const folder = join(dataDir, 'claimed');
  const { parent } = await startProgram('--data-dir', folder);
  const second = await run('--data-dir', folder);
  assert.is(second.exitCode, 1);
  assert.is(
    second.stderr.split('. (')[0],
    `Process ${parent.pid} already keeps its data in ${folder}; stop that one first`,
  );
  parent.kill('SIGTERM');
  await parent;
  assert.equal((await readdir(folder)).sort(), ['dynamodb', 's3']);
  const onFile = await run('--data-dir', program);
  assert.is(onFile.exitCode, 1);
  assert.is(onFile.stderr, `Data cannot be kept in ${program} (it is a file, or below one).`);
});

test('what was published below a data directory is there after a restart', async () => {
  const bytes = Buffer.alloc(9_000_000, 'bytes');
  const published = await withRegistry({ dataDir }, async ({ models, artifacts }) => {
    const content = (async function* () {
      yield bytes;
    })();
    return (await publishModel({ models, artifacts }, { modelId: 'a/kept', version: 'main', content })).record;
  });
  await withRegistry({ dataDir }, async ({ models, reader }) => {
    const record = await models.find('a_kept', 'main');
    assert.equal(record, published);
    const read = async () => {
      const body = await reader.open(published, null, new AbortController().signal);
      return Buffer.concat((await body?.toArray()) ?? []);
    };
    for (const copy of await Promise.all([read(), read(), read()])) assert.ok(copy.equals(bytes));
  });
});

test('without a data directory a restart begins empty', async () => {
  await withRegistry({}, async ({ models }) => {
    assert.is(await models.find('a_kept', 'main'), null);
  });
});

test('S3 counts the bytes of a body that its reader cut', async () => {
  const sizeBytes = 60_000_000;
  await withRegistry({}, async ({ models, artifacts }) => {
    const content = (async function* () {
      yield Buffer.alloc(sizeBytes);
    })();
    const request = { modelId: 'a/cut', version: 'main', content };
    const { record } = await publishModel({ models, artifacts }, request);
    const url = process.env.AWS_ENDPOINT_URL_S3 ?? '';
    const { body } = await fetch(`${url}/${stores.modelsBucket}/${record.objectKey}`);
    const reader = body?.getReader();
    const read = (await reader?.read())?.value?.length ?? 0;
    await reader?.cancel();
    const deadline = performance.now() + 5_000;
    for (;;) {
      const counted = (await readStoreCounts(url))?.counts[stores.modelsBucket];
      if (counted?.answers === 1) {
        assert.is(counted.aborted, 1);
        assert.ok(counted.bytes >= read && counted.bytes <= sizeBytes, String(counted.bytes));
        return;
      }
      assert.ok(performance.now() < deadline, 'the answer was never counted');
      await sleep(20);
    }
  });
});

test('a data directory that cannot be made is named', async () => {
  try {
    await startLocalAws({ dataDir: join(program, 'below-a-file') });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), 'below-a-file');
  }
});

test('a server that is lost is noticed', async () => {
  const { parent, urls } = await startProgram();
  const listChildren = `pgrep -P ${parent.pid} || cat /proc/${parent.pid}/task/*/children`;
  const { stdout } = await execa('sh', ['-c', listChildren], { reject: false });
  const [child] = stdout.split(/\s+/).filter(Boolean);
  assert.ok(child);
  process.kill(Number(child), 'SIGKILL');
  const { exitCode, stderr } = await parent;
  assert.is(exitCode, 1);
  assert.match(stderr, 'ended unexpectedly');
  assert.not((await answers(urls.s3)) || (await answers(urls.dynamodb)));
});

function run(...args: readonly string[]) {
  return execa(process.execPath, [program, ...args], { reject: false, timeout: 10_000 });
}

async function startProgram(...args: readonly string[]) {
  const parent = execa(process.execPath, [program, ...args], { reject: false, buffer: { stdout: false } });
  const [env] = await parent
    .iterable()
    [Symbol.asyncIterator]()
    .next()
    .then(({ value }) => [JSON.parse(value)]);
  return { parent, urls: { s3: env.AWS_ENDPOINT_URL_S3, dynamodb: env.AWS_ENDPOINT_URL_DYNAMODB } };
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    () => true,
    () => false,
  );
}

async function withRegistry<Result>(
  options: { dataDir?: string },
  use: (registry: {
    models: ReturnType<typeof createModelStore>;
    artifacts: ReturnType<typeof createArtifactStore>;
    reader: ReturnType<typeof createArtifactReader>;
  }) => Promise<Result>,
): Promise<Result> {
  const aws: LocalAws = await startLocalAws(options);
  Object.assign(process.env, aws.env);
  const clients = createAwsClients();
  try {
    await ensureStores(clients, stores);
    return await use({
      models: createModelStore(clients.dynamodb, stores.modelsTable),
      artifacts: createArtifactStore(clients.s3, stores.modelsBucket),
      reader: createArtifactReader(clients.s3, { bucket: stores.modelsBucket }),
    });
  } finally {
    clients.destroy();
    await aws.stop();
  }
}

test.run();
