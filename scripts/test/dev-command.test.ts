import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ServiceClient } from '../../bench/cli/service-client.ts';
import { resultsPageSchema } from '../../contract/results.ts';
import { routes } from '../../contract/routes.ts';
import { findProcesses } from '../testing/find-processes.ts';

const test = suite('dev command');
const command = resolve('scripts/dev.ts');
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-dev-'));
});
test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('dev serves 500 models, makes three small bursts at its first start, keeps its address when a file changes, sees a run cancelled by Ctrl-C, refuses a second one on the same data, stops in order, keeps its data, and at Ctrl-C cancels a run that was just triggered', async () => {
  const first = dev();
  try {
    const url = await readUrl(first);
    const { models } = (await (await fetch(`${url}/models?limit=100`)).json()) as { models: unknown[] };
    assert.is(models.length, 100);
    await waitForBursts(url);
    await restart(first, url);
    await cancelByCtrlC(url);
    const second = await dev();
    assert.is(second.exitCode, 1);
    assert.match(second.stderr, /Process \d+ already keeps its data in \.modelrig; stop that one first/);
    assert.is((await fetch(`${url}/health/ready`)).status, 200);
  } finally {
    first.kill('SIGINT');
  }
  const { exitCode, stderr } = await first;
  assert.is(exitCode, 0);
  assertReadable(stderr);

  const marker = randomUUID();
  const again = dev({ MODELRIG_TEST_MARKER: marker });
  const runId = await readUrl(again)
    .then(triggerRun)
    .finally(() => again.kill('SIGINT'));
  const { stderr: saidAgain } = await again;
  assert.match(saidAgain, /registry {2}500 models or more are there already/);
  assert.match(saidAgain, new RegExp(`^run +${runId} cancelled$`, 'm'));
  if (process.platform === 'linux') assert.equal(await findProcesses('environ', marker), []);
});

test('Ctrl-C while dev starts the service anew cancels a run under way', async () => {
  const running = dev();
  let runId = '';
  try {
    const url = await readUrl(running);
    const lines = createInterface({ input: running.stderr });
    ({ run_id: runId } = await new ServiceClient(url, null).trigger({
      scenario: 'metadata',
      duration_seconds: 60,
    }));
    await touchSource();
    for await (const line of lines) if (line.startsWith('A file changed')) break;
  } finally {
    running.kill('SIGINT');
  }
  assert.match((await running).stderr, new RegExp(`^run +${runId} cancelled$`, 'm'));
});

test('dev with LOG_LEVEL=info has a line for each request', async () => {
  const running = dev({ LOG_LEVEL: 'info' });
  try {
    await fetch(`${await readUrl(running)}/health/live`);
  } finally {
    running.kill('SIGINT');
  }
  assert.match((await running).stderr, /"route":"\/health\/live"/);
});

test('dev with a wrong setting starts nothing and exits with 104', async () => {
  const { exitCode, stderr } = await dev({ PORT: 'abc' });
  assert.is(exitCode, 104);
  assert.match(stderr, /PORT is "abc"; allowed: a whole number from 0 to 65535/);
  assert.not.match(stderr, /stores/);
});

test('dev over an endpoint has no data folder: it claims none, and another dev does not hinder it', async () => {
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  const { exitCode, stderr } = await dev({ AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }, elsewhere);
  assert.is(exitCode, 1);
  assert.match(stderr, 'where nothing answers');
  assert.equal(await readdir(elsewhere), []);
});

test('dev --help explains itself and starts nothing, and unknown flags are usage errors', async () => {
  const help = await execa(process.execPath, [command, '--help'], { cwd: folder, reject: false });
  assert.is(help.exitCode, 0);
  assert.match(help.stdout, /npm run dev/);
  const wrong = await execa(process.execPath, [command, '--port', '1'], { cwd: folder, reject: false });
  assert.is(wrong.exitCode, 104);
});

/** What dev says itself is not between lines of requests. */
function assertReadable(stderr: string): void {
  assert.match(stderr, /^log +here, errors alone/m);
  assert.match(stderr, /^page +http/m);
  assert.match(stderr, /^burst +3 of 3: http/m);
  assert.not.match(stderr, /^\{/m);
}

async function waitForBursts(url: string): Promise<void> {
  for (;;) {
    const { runs } = resultsPageSchema.parse(await (await fetch(`${url}${routes.results}`)).json());
    assert.ok(runs.every(({ status }) => status !== 'failed' && status !== 'cancelled'));
    assert.ok(runs.length <= 3);
    if (runs.length === 3 && runs.every(({ status }) => status === 'completed')) return;
    await delay(500);
  }
}

/** By a source file that is as it was, but written anew; ready again at the same address. */
async function restart(running: ReturnType<typeof dev>, url: string): Promise<void> {
  const told = once(createInterface(running.stdout), 'line');
  await touchSource();
  const [line] = (await told) as [string];
  assert.is((JSON.parse(line) as { url: string }).url, url);
  assert.is((await fetch(`${url}/health/ready`)).status, 200);
}

async function touchSource(): Promise<void> {
  const now = new Date();
  await utimes(resolve('contract/run-status.ts'), now, now);
}

/** Against a service that outlives the command: it is the command that has to cancel. */
async function cancelByCtrlC(url: string): Promise<void> {
  const bench = execa(process.execPath, [resolve('scripts/bench.ts'), 'trigger', '--url', url], {
    cwd: folder,
    reject: false,
  });
  let runId = '';
  for await (const line of createInterface({ input: bench.stderr })) {
    runId = /^run +(\S+)$/.exec(line)?.[1] ?? runId;
    if (runId !== '') break;
  }
  bench.kill('SIGINT');
  assert.is((await bench).exitCode, 105);
  const results = (await (await fetch(`${url}/health/performance/results/${runId}`)).json()) as {
    status: string;
  };
  assert.is(results.status, 'cancelled');
}

async function triggerRun(url: string): Promise<string> {
  const { run_id } = await new ServiceClient(url, null).trigger({ num_clients: 100 });
  return run_id;
}

function dev(env: Record<string, string> = {}, cwd = folder) {
  return execa(process.execPath, [command], {
    cwd,
    env: { PORT: '0', ...env },
    reject: false,
    stdin: 'ignore',
  });
}

async function readUrl(running: ReturnType<typeof dev>): Promise<string> {
  for await (const line of createInterface({ input: running.stdout }))
    return (JSON.parse(line) as { url: string }).url;
  throw new Error(`dev ended without its line: ${(await running).stderr}`);
}

test.run();
