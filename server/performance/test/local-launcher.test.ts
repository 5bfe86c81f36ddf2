import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { trigger, waitForEnd } from './support/service-client.ts';
import { startStores, type TestStores } from './support/start-stores.ts';
import { startTestService } from './support/start-test-service.ts';

const test = suite('local launcher');
const runner = fileURLToPath(new URL('../../runner.ts', import.meta.url));
let stores: TestStores;
let folder: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-'));
  stores = await startStores();
});

test.after(async () => {
  await stores?.close();
  await rm(folder, { recursive: true });
});

test('a runner that ends without ending its run fails it at once, with its exit code', async () => {
  const results = await runWith('process.exit(7)');
  assert.is(results.status, 'failed');
  assert.match(results.failure_reason ?? '', 'The runner ended with exit code 7 before it finished');
});

test('a runner that ends well without having run anything fails its run, too', async () => {
  assert.match((await runWith('process.exit(0)')).failure_reason ?? '', 'exit code 0');
});

test('a runner that is killed fails its run at once, with the signal', async () => {
  const results = await runWith("process.kill(process.pid, 'SIGKILL')");
  assert.is(results.failure_reason, 'The runner was killed by SIGKILL before it finished.');
});

test("the runner gets the run's id, the service's address and its environment", async () => {
  const told = join(folder, 'told.json');
  await runWith(`
    const { argv, env } = process;
    require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify({ argv: argv.slice(2), url: env.TARGET_URL, table: env.RUNS_TABLE }));
  `);
  const { argv, url, table } = JSON.parse(await readFile(told, 'utf8'));
  assert.match(argv[0], /^[0-9a-f-]{36}$/);
  assert.is(argv.length, 1);
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.is(table, stores.stores.runsTable);
});

test('the runner refuses wrong usage with 104: no id, no UUID, two ids, a wrong environment, all told', async () => {
  const env = { TARGET_URL: 'http://127.0.0.1:1' };
  for (const args of [[], ['nope'], [randomUUID(), randomUUID()]]) {
    const { exitCode, stderr } = await execa(process.execPath, [runner, ...args], { reject: false, env });
    assert.is(exitCode, 104);
    assert.match(stderr, 'Usage: runner.ts <run_id>');
  }
  const { exitCode, stderr } = await execa(process.execPath, [runner, randomUUID()], {
    reject: false,
    env: { TARGET_URL: 'ftp://x', LAUNCH_TIMEOUT_SECONDS: '0' },
  });
  assert.is(exitCode, 104);
  assert.match(stderr, 'TARGET_URL is "ftp://x"');
  assert.match(stderr, 'LAUNCH_TIMEOUT_SECONDS is "0"');
});

test('a runner of an unknown run says so and ends with 1', async () => {
  const { exitCode, stderr } = await execa(process.execPath, [runner, randomUUID()], {
    reject: false,
    env: { ...stores.env, TARGET_URL: 'http://127.0.0.1:1' },
  });
  assert.is(exitCode, 1);
  assert.match(stderr, 'There is no run');
});

async function runWith(script: string) {
  const runnerPath = join(folder, `${randomUUID()}.cjs`);
  await writeFile(runnerPath, script);
  const service = await startTestService(stores, { runnerPath, isSupervised: false });
  try {
    const { run_id } = await trigger(service.url);
    return await waitForEnd(service.url, run_id, 10_000);
  } finally {
    await service.close();
  }
}

test.run();
