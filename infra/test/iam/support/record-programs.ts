import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { documentPath, downloadPath, routes, versionPath } from '../../../../contract/routes.ts';
import type { RoleCredentials } from '../../../../scripts/localstack/create-roles.ts';
import {
  cancel,
  post,
  trigger,
  waitForEnd,
} from '../../../../server/performance/test/support/service-client.ts';
import { startUpload, uploadKey } from '../../../../server/registry/upload.ts';
import { type RegistryFixture, startRegistry } from '../../../../server/test/registry-fixture.ts';
import { repositoryRoot } from '../../../preview/repository-root.ts';

export type Program = 'service' | 'runner' | 'publisher';

/** A call that a program made in its own right. */
export interface RecordedCall {
  readonly program: Program;
  /** `GetObjectCommand` */
  readonly commandName: string;
  readonly input: Readonly<Record<string, string>>;
  /** Files of `server/` on the way to it, the nearest first. */
  readonly sites: readonly string[];
}

const recorder = fileURLToPath(new URL('./record-calls.ts', import.meta.url));
const roleTaker = fileURLToPath(new URL('./take-role.ts', import.meta.url));
const programs: Readonly<Record<string, Program>> = {
  main: 'service',
  'blocking-artifact-worker': 'service',
  runner: 'runner',
  'populate-registry': 'publisher',
  publish: 'publisher',
};
const idOf = { one: 'team_one', two: 'team_two' } as const;

/**
 * Lets the real programs do all that they do, on embedded stores or those given, and tells the calls that they made. The
 * names of stores come back as those of the environment that they were given by: `MODELS_BUCKET` and so on. With
 * `roles`, each program has credentials of its own.
 */
export async function recordPrograms(
  given: { registry?: RegistryFixture; roles?: Readonly<Record<Program, RoleCredentials>> } = {},
): Promise<RecordedCall[]> {
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-calls-'));
  const file = join(folder, 'calls');
  const registry = given.registry ?? (await startRegistry());
  const env = { ...describeStores(registry), ...describePreloads(file, given.roles) };
  try {
    await publish(folder, env, registry);
    for (const delivery of ['redirected', 'blocking', 'streamed']) {
      const service = await startService({ ...env, DELIVERY: delivery });
      try {
        await download(service.url);
        if (delivery === 'streamed') {
          await useWhole(service.url, registry);
          await breakOffUpload(service.url, file);
        }
      } finally {
        await service.stop();
      }
    }
    return (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => translate(JSON.parse(line) as RecordedLine, env));
  } finally {
    if (given.registry === undefined) await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function describeStores({ stores }: RegistryFixture) {
  return {
    MODELS_BUCKET: stores.modelsBucket,
    RUNS_BUCKET: stores.runsBucket,
    MODELS_TABLE: stores.modelsTable,
    RUNS_TABLE: stores.runsTable,
  };
}

function describePreloads(file: string, roles?: Readonly<Record<Program, RoleCredentials>>) {
  const recording = { CALLS_FILE: file, NODE_OPTIONS: `--import=${recorder}` };
  if (roles === undefined) return recording;
  const byProgram = Object.entries(programs).map(([program, kind]) => [program, roles[kind]]);
  return {
    ...recording,
    NODE_OPTIONS: `${recording.NODE_OPTIONS} --import=${roleTaker}`,
    ROLES: JSON.stringify(Object.fromEntries(byProgram)),
  };
}

/** First without anything, then in place of what is there, where a publisher died. */
async function publish(
  folder: string,
  env: Readonly<Record<string, string>>,
  { models, artifacts }: RegistryFixture,
): Promise<void> {
  const model = join(folder, 'model');
  await mkdir(model);
  const run = (program: string, ...args: string[]) =>
    execa(process.execPath, [`${repositoryRoot}scripts/${program}.ts`, ...args], { env });
  await run('populate-registry', '--performance', '--count', '3');
  await run('populate-registry', '--performance', '--count', '3', '--replace', '--seed', 'another');
  for (const content of ['first', 'second']) {
    await writeFile(join(model, 'config.json'), content);
    await run('publish', model, 'team/one@main', '--replace');
    const dead = startUpload(idOf.one, 'main');
    await models.uploads.write(dead);
    await artifacts.upload(uploadKey(dead), Readable.from([Buffer.from('left')]));
    await models.uploads.giveUp(dead);
  }
}

async function startService(env: Readonly<Record<string, string>>) {
  const child = execa(process.execPath, [`${repositoryRoot}server/main.ts`], {
    env: { ...env, PORT: '0', LOG_LEVEL: 'error' },
    stdin: 'ignore',
    buffer: false,
    reject: false,
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    url: (JSON.parse(String(line)) as { url: string }).url,
    async stop() {
      child.kill('SIGTERM');
      await child;
    },
  };
}

async function download(url: string): Promise<void> {
  const answer = await fetch(`${url}${downloadPath(idOf.one, 'main')}`);
  await answer.bytes();
  if (answer.status !== 200) throw new Error(`The download answered ${answer.status}.`);
}

async function useWhole(url: string, registry: RegistryFixture): Promise<void> {
  for (const path of [
    routes.live,
    routes.ready,
    routes.components,
    routes.models,
    `${routes.models}/${idOf.one}`,
  ]) {
    await (await fetch(`${url}${path}`)).bytes();
  }
  await (await fetch(`${url}${versionPath(idOf.one, 'main')}`)).bytes();
  await upload(url);
  await measure(url);
  await breakOffRun(url, registry);
}

/** In parts, once whole, once in place of it, and once with another digest than was announced. */
async function upload(url: string): Promise<void> {
  const archive = zipOf(9 * 1024 * 1024);
  const put = (headers: Record<string, string>, query = '') =>
    fetch(`${url}${downloadPath(idOf.two, 'main')}?model_id=team/two${query}`, {
      method: 'PUT',
      headers,
      body: archive,
    });
  const statuses = [
    (await put({})).status,
    (await put({ 'repr-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }, '&replace=true')).status,
  ];
  if (statuses.join() !== '201,422') throw new Error(`The uploads answered ${statuses}.`);
}

/** The first upload of a model, which its client leaves in the middle of its parts. */
async function breakOffUpload(url: string, file: string): Promise<void> {
  const known = countCalls(await readFile(file, 'utf8'));
  const upload = request(`${url}${downloadPath('team_three', 'main')}?model_id=team/three`, {
    method: 'PUT',
    headers: { 'content-length': String(30 * 1024 * 1024) },
  });
  upload.on('error', () => {});
  upload.write(zipOf(20 * 1024 * 1024));
  await untilMore('UploadPartCommand');
  upload.destroy();
  await untilMore('AbortMultipartUploadCommand');
  await untilMore('DeleteItemCommand');

  async function untilMore(command: string): Promise<void> {
    const before = known.get(command) ?? 0;
    const deadline = Date.now() + 20_000;
    while (countCalls(await readFile(file, 'utf8')).get(command) === before) {
      if (Date.now() > deadline) throw new Error(`No ${command} within 20 s.`);
      await sleep(50);
    }
  }
}

function countCalls(lines: string): Map<string, number> {
  const counts = new Map(
    ['UploadPart', 'AbortMultipartUpload', 'DeleteItem'].map((name) => [`${name}Command`, 0]),
  );
  for (const [, command = ''] of lines.matchAll(/"commandName":"(\w+)"/g)) {
    counts.set(command, (counts.get(command) ?? 0) + 1);
  }
  return counts;
}

/** The least that begins like a zip archive and ends like one. */
function zipOf(sizeBytes: number): Buffer<ArrayBuffer> {
  const content = Buffer.alloc(sizeBytes);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  content.writeUInt32LE(0x04034b50);
  return Buffer.concat([content, end]);
}

async function measure(url: string): Promise<void> {
  const { run_id } = await trigger(url, { num_clients: 2, model_id: 'team/one' });
  const { status, failure_reason } = await waitForEnd(url, run_id);
  if (status !== 'completed') throw new Error(`The run ended as ${status}: ${failure_reason}`);
  await (await fetch(`${url}${documentPath(run_id, 'report.json')}`)).bytes();
  await (await fetch(`${url}${routes.results}`)).bytes();
}

/** Cancelled while its downloads stand still. */
async function breakOffRun(url: string, registry: RegistryFixture): Promise<void> {
  registry.s3.setFault({ afterBytes: 10, act: 'stall' });
  const { run_id } = await trigger(url, { num_clients: 1, model_id: 'team/one' });
  await post(url, routes.workload, { num_clients: 1 });
  await cancel(url, run_id);
  registry.s3.setFault(null);
  await waitForEnd(url, run_id);
}

interface RecordedLine extends Omit<RecordedCall, 'program'> {
  readonly program: string;
}

function translate(
  { program, input, ...call }: RecordedLine,
  stores: Readonly<Record<string, string>>,
): RecordedCall {
  const known = programs[program];
  if (known === undefined) throw new Error(`Nothing is known of the program ${program}.`);
  // A bucket and a table may have one name.
  const nameOf = (field: string, value: string) =>
    Object.keys(stores).find((variable) => kinds[field]?.test(variable) && stores[variable] === value) ?? value;
  return {
    ...call,
    program: known,
    input: Object.fromEntries(Object.entries(input).map(([field, value]) => [field, nameOf(field, value)])),
  };
}

const kinds: Readonly<Record<string, RegExp>> = { Bucket: /_BUCKET$/, TableName: /_TABLE$/ };
