import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../bench/cli/exit-codes.ts';
import { modelVersionSchema } from '../../../contract/models.ts';
import { type RegistryFixture, startRegistry } from '../../../server/test/registry-fixture.ts';
import { describeStores } from '../../describe-stores.ts';
import { openSource } from '../open-source.ts';
import { readArguments } from '../read-arguments.ts';

const test = suite('publish command');
const program = fileURLToPath(new URL('../../publish.ts', import.meta.url));
let registry: RegistryFixture;
let folder: string;
let model: string;

test.before(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'publish-'));
  await writeFile(join(folder, 'outside.bin'), 'linked');
  model = await makeModel('model');
});

test.after(async () => {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a folder is published as main, without its hidden files, and what a dead publisher left is gone', async () => {
  const dead = { id: 'org_dead', version: 'v1', uploadId: '1' };
  await registry.models.uploads.write(dead);
  await registry.models.uploads.giveUp(dead);
  const { exitCode, stdout, stderr } = await publish(model, 'org/folder');
  assert.is(exitCode, 0, stderr);
  assert.match(
    stdout,
    /^published {2}org\/folder@main\nsize {7}[\d,]+ bytes\ndigest {5}sha256:[0-9a-f]{64}\ndownload {3}\/performance\/org_folder\/main\/model\.zip$/,
  );
  assert.match(stderr, /^stores {4}http:\/\/127\.0\.0\.1:\d+/m);
  assert.match(stderr, `3 files of ${model}; hidden, so left out: .git, .gitattributes`);
  assert.equal((await registry.models.uploads.list()).uploads, []);
  const zip = join(folder, 'folder.zip');
  await writeFile(zip, await readArtifact('org_folder', 'main'));
  assert.is((await execa('unzip', ['-Z1', zip])).stdout, 'config.json\nlink.bin\nweights/model.bin');
  await execa('unzip', ['-tq', zip]);
  assert.is((await execa('unzip', ['-p', zip, 'link.bin'])).stdout, 'linked');
});

test('main is refused with 1, and changed with --replace; --json prints the version alone', async () => {
  const changed = await makeModel('changed');
  await writeFile(join(changed, 'config.json'), '{"changed": true}');
  const refused = await publish(changed, 'org/folder');
  assert.is(refused.exitCode, 1);
  assert.match(refused.stderr, 'org/folder@main is published as sha256:');
  const replaced = await publish(changed, 'org/folder@main', '--replace', '--json');
  assert.is(replaced.exitCode, 0, replaced.stderr);
  const printed = JSON.parse(replaced.stdout);
  assert.is(printed.outcome, 'replaced');
  assert.is(printed.digest, (await registry.models.find('org_folder', 'main'))?.digest);
  assert.equal(printed, { outcome: 'replaced', ...modelVersionSchema.parse(printed) });
});

test('a file that is no zip ends it with 104, and Ctrl-C with 105: nothing published, nothing left', async () => {
  const text = join(folder, 'notes.zip');
  await writeFile(text, 'not a zip');
  const wrong = await publish(text, 'org/none@v1');
  assert.is(wrong.exitCode, 104);
  assert.match(wrong.stderr, `${text} is no zip archive: it starts with the bytes 6e6f7420`);

  const large = await makeModel('large');
  await writeFile(join(large, 'large.bin'), '');
  await truncate(join(large, 'large.bin'), 2_000_000_000);
  const child = publish(large, 'org/none@v1');
  while ((await registry.artifacts.list('performance/org_none/')).length === 0) await sleep(20);
  child.kill('SIGINT');
  const { exitCode, stderr, stdout } = await child;
  assert.is(exitCode, 105, stderr);
  assert.match(stderr, 'Interrupted; nothing was published.');
  assert.is(stdout, '');
  assert.equal(await registry.artifacts.list('performance/org_none/'), []);
  assert.equal((await registry.models.uploads.list()).uploads, []);
  assert.is(await registry.models.find('org_none', 'v1'), null);
});

test('stores that cannot be reached end it with 1, in words', async () => {
  const nowhere = 'http://127.0.0.1:2';
  const { exitCode, stderr } = await execa(process.execPath, [program, model, 'org/x@v1'], {
    env: { AWS_ENDPOINT_URL_DYNAMODB: nowhere, AWS_ENDPOINT_URL_S3: nowhere },
    reject: false,
  });
  assert.is(exitCode, 1);
  assert.match(stderr, `AWS_ENDPOINT_URL_S3 is "${nowhere}", where nothing answers (ECONNREFUSED)`);
  assert.not.match(stderr, '    at ');
});

test('without a region it says what to set, and how a running service is reached', async () => {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  const { exitCode, stderr } = await execa(process.execPath, [program, model, 'org/x@v1'], {
    env: { ...env, HOME: folder },
    extendEnv: false,
    reject: false,
  });
  assert.is(exitCode, 1);
  assert.match(stderr, /AWS_REGION is not set/);
  assert.match(stderr, /To publish to a running service take PUT; see the README/);
});

test('at AWS itself it says where it writes: region, bucket and table', async () => {
  const clients = { s3: new S3Client({ region: 'eu-central-1' }) };
  assert.equal(await describeStores([], clients, registry.stores), [
    `stores    AWS, region eu-central-1, bucket ${registry.stores.modelsBucket}, table ${registry.stores.modelsTable}`,
  ]);
});

test('flags that npm took for itself are told, also where it takes one for the beginning of its own', async () => {
  const { exitCode, stderr } = await execa('npm', ['run', 'publish', 'm.zip', 'x/y', '--replace'], {
    preferLocal: true,
    reject: false,
  });
  assert.is(exitCode, 104, stderr);
  assert.match(stderr, 'npm took --replace for itself. Put "--" before flags: npm run publish -- --replace');
});

test('the same files give the same zip, whatever their folder, and a zip is left as it is', async () => {
  const [first, second] = [await openSource(model), await openSource(await makeModel('copy'))];
  assert.is(await hash(first.open()), await hash(second.open()));
  const zip = join(folder, 'own.zip');
  await execa('zip', ['-qr', zip, '.'], { cwd: model });
  assert.is(await hash((await openSource(zip)).open()), await hash([await readFile(zip)]));
});

test('what holds no model is refused by its path', async () => {
  const empty = join(folder, 'empty');
  await mkdir(join(empty, '.git'), { recursive: true });
  const dangling = await makeModel('dangling');
  await symlink('nowhere', join(dangling, 'gone.bin'));
  const looped = await makeModel('looped');
  await symlink('.', join(looped, 'loop'));
  const special = await makeModel('special');
  await symlink('/dev/null', join(special, 'device'));
  for (const [path, message] of [
    [join(folder, 'missing'), 'missing does not exist.'],
    [empty, 'has no files; hidden, so left out: .git'],
    [dangling, 'gone.bin does not exist, or is a link to nothing'],
    [looped, 'loop is a link to a folder'],
    [special, 'device is neither a file nor a folder'],
  ] as const) {
    const error = await openSource(path).catch((reason: unknown) => reason);
    assert.instance(error, UsageError);
    assert.match(String(error), message);
  }
});

test('a file that changes while it is read, or before, is not published', async () => {
  for (const when of ['while', 'before']) {
    const changing = await makeModel(`changing-${when}`);
    const file = join(changing, 'weights', 'model.bin');
    await truncate(file, 5_000_000);
    const source = await openSource(changing);
    if (when === 'before') await writeFile(file, 'shorter');
    const error = await hash(source.open(), () => writeFile(file, 'shorter')).catch(
      (reason: unknown) => reason,
    );
    assert.match(String(error), 'model.bin was changed while it was published', when);
  }
});

test('arguments are a path and a model with a version, and wrong ones are named', () => {
  assert.equal(readArguments(['dir', 'org/name@v1', '--replace']), {
    path: 'dir',
    modelId: 'org/name',
    version: 'v1',
    replace: true,
    json: false,
  });
  assert.is(readArguments(['dir', 'name'])?.version, 'main');
  for (const [argv, message] of [
    [['dir'], 'model'],
    [['dir', 'org/name@'], 'the version is ""'],
    [['dir', '@v1'], 'the model is ""'],
    [['dir', 'a/b/c@v1'], 'the model is "a/b/c"'],
    [['dir', 'a/b', 'c'], 'too many arguments'],
    [['dir', 'a/b', '--replce'], '--replce'],
  ] as const) {
    assert.throws(
      () => readArguments(argv),
      (error: Error) => error.name === 'UsageError' && error.message.includes(message),
      argv.join(' '),
    );
  }
});

/** A folder of the same files, whatever its name. */
async function makeModel(name: string): Promise<string> {
  const path = join(folder, name);
  const outside = join(folder, 'outside.bin');
  await mkdir(join(path, 'weights', 'empty'), { recursive: true });
  await mkdir(join(path, '.git'));
  await writeFile(join(path, '.git', 'HEAD'), 'ref');
  await writeFile(join(path, '.gitattributes'), '*');
  await symlink(outside, join(path, 'link.bin'));
  await writeFile(join(path, 'weights', 'model.bin'), Buffer.alloc(100_000, 'w'));
  await writeFile(join(path, 'config.json'), '{}');
  return path;
}

function publish(...args: readonly string[]) {
  const { modelsBucket, runsBucket, modelsTable, runsTable } = registry.stores;
  return execa(process.execPath, [program, ...args], {
    env: {
      MODELS_BUCKET: modelsBucket,
      RUNS_BUCKET: runsBucket,
      MODELS_TABLE: modelsTable,
      RUNS_TABLE: runsTable,
    },
    reject: false,
  });
}

async function hash(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  afterFirst: () => Promise<void> = async () => {},
): Promise<string> {
  const digest = createHash('sha256');
  let seen = 0;
  for await (const chunk of content) {
    digest.update(chunk);
    seen += 1;
    if (seen === 5) await afterFirst();
  }
  return digest.digest('hex');
}

async function readArtifact(id: string, version: string): Promise<Buffer> {
  const record = await registry.models.find(id, version);
  assert.ok(record);
  const body = await registry.reader.open(record, null, AbortSignal.timeout(5_000));
  return Buffer.concat((await body?.toArray()) ?? []);
}

test.run();
