import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readReport } from '../../bench/report/read-report.ts';
import { runDocuments } from '../../contract/object-keys.ts';
import { resultsSchema } from '../../contract/results.ts';
import { skip } from '../testing/skip.ts';
import { layScenario } from './support/lay-scenario.ts';
import { bench } from './support/run-bench.ts';

const test = suite('bench run');
const repository = resolve('.');
const command = join(repository, 'scripts/bench.ts');
const body = Buffer.alloc(300_000, 'model');
const digest = createHash('sha256').update(body).digest('base64');
const models = ['a', 'b', 'c'].map((id) => ({
  model_id: `test/${id}`,
  id: `test_${id}`,
  version: 'main',
  size_bytes: body.length,
  digest: `sha256:${Buffer.from(digest, 'base64').toString('hex')}`,
  published_at: '2026-01-01T00:00:00.000Z',
  download: `/performance/test_${id}/main/model.zip`,
}));
const runIds: (string | undefined)[] = [];
const target = createServer(answer);
let folder = '';
let url = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-run-'));
  process.chdir(folder);
  await once(target.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
test.after(async () => {
  target.closeAllConnections();
  target.close();
  await rm(folder, { recursive: true, force: true });
});

test('a run of a bare target learns length and digest by HEAD, saves every document, and --json is one document', async () => {
  const { exitCode, stdout, stderr } = await run(['burst-100', '--vus', '4', '--model', 'test/a', '--json']);
  assert.is(exitCode, 0, stderr);
  const results = resultsSchema.parse(JSON.parse(stdout));
  assert.is(results.metrics?.total_bytes, 4 * body.length);
  assert.equal(Object.keys(results.documents).sort(), Object.keys(runDocuments).sort());
  const saved = join(folder, 'reports', 'drafts', results.run_id);
  assert.equal((await readdir(saved)).sort(), Object.keys(runDocuments).sort());
  const report = await readSaved(saved);
  assert.equal(report.target, {
    model_id: 'test/a',
    version: 'main',
    size_bytes: body.length,
    digest: models[0]?.digest,
  });
  assert.ok(report.checks.some(({ name, passed, total }) => name === 'digest' && passed === 1 && total === 1));
  assert.is(report.fingerprint.environment.backend, 'unavailable');
  assert.is(report.white_box, null);
  assert.ok(report.calibration?.before && report.calibration.after);
  const source = await readFile(join(repository, 'bench/scenarios/burst-100.ts'));
  assert.is(report.scenario.source_sha256, createHash('sha256').update(source).digest('hex'));
  const markdown = await readFile(join(saved, 'report.md'), 'utf8');
  assert.match(markdown, 'No telemetry: the target was loaded without its trigger');
  assert.match(markdown, 'npm run bench -- run burst-100 --target URL --vus 4 --iterations 1');
  assert.not.match(markdown, /undefined|NaN/);
  assert.equal([...new Set(runIds)], [undefined]);
});

test('--quiet leaves the summary alone, --out takes an earlier report’s place and nothing else’s', async () => {
  const args = ['burst-100', '--vus', '2', '--model', 'test/a', '--quiet', '--out', 'here'];
  const first = await run(args);
  assert.is(first.exitCode, 0);
  assert.is(first.stderr, '');
  assert.match(first.stdout, /VERDICT {5}valid[\s\S]*report {6}here\/report\.md\n$/);
  assert.not.match(first.stdout, '\u001b');
  const before = await readSaved(join(folder, 'here'));
  await run(args);
  assert.is.not((await readSaved(join(folder, 'here'))).run_id, before.run_id);
  await writeFile(join(folder, 'here', 'notes.txt'), 'mine');
  const refused = await run(args);
  assert.is(refused.exitCode, 104);
  assert.match(refused.stderr, '--out is "here", which holds notes.txt; allowed: a folder that is new, empty');
  assert.ok((await readdir(join(folder, 'here'))).includes('notes.txt'));
});

test('--out on a symbolic link, also one that leads nowhere, is refused and the link stays', async () => {
  await mkdir(join(folder, 'aim'));
  for (const aim of ['aim', 'nowhere-yet']) {
    const link = join(folder, `link-to-${aim}`);
    await symlink(aim, link);
    const { exitCode, stderr } = await run(['burst-100', '--out', `${link}/`]);
    assert.is(exitCode, 104, stderr);
    assert.match(stderr, `--out is "${link}/", a symbolic link; allowed: a folder that is none itself`);
    assert.is(await readlink(link), aim);
  }
});

if (process.platform === 'linux') {
  test('--out where no folder can be made is told before the run', async () => {
    const args = [command, 'run', 'burst-100', '--target', url, '--out', '/proc/xyz/abc'];
    const { exitCode, stderr } = await execa(process.execPath, args, {
      cwd: folder,
      reject: false,
      stdin: 'ignore',
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    assert.is(exitCode, 1);
    assert.match(stderr, '/proc/xyz cannot be written (ENOENT); reports go there');
  });
} else {
  skip(test, '--out where no folder can be made is told before the run', '/proc is such a place');
}

test('a scenario over all models reads their list page by page', async () => {
  const { exitCode, stdout, stderr } = await run(['zipf-500', '--iterations', '60', '--vus', '3', '--json']);
  assert.is(exitCode, 0, stderr);
  const results = resultsSchema.parse(JSON.parse(stdout));
  const report = await readSaved(join(folder, 'reports', 'drafts', results.run_id));
  const names = report.black_box.request_kinds.map(({ request }) => request);
  assert.equal(names.sort(), ['test_a', 'test_b', 'test_c']);
  assert.is(report.target, null);
});

test('failed requests cross the threshold: 99; wrong bytes make the run invalid: 110', async () => {
  const [failed, wrong] = await Promise.all([
    run(['burst-100', '--vus', '2', '--model', 'test/failing', '--quiet']),
    run(['burst-100', '--vus', '2', '--model', 'test/wrong', '--quiet']),
  ]);
  assert.is(failed.exitCode, 99, failed.stderr);
  assert.match(failed.stdout, '✗ success_rate == 100 (0 %)');
  assert.is(wrong.exitCode, 110, wrong.stderr);
  assert.match(wrong.stdout, 'VERDICT     invalid');
});

test('a target whose digest is not told is not hashed, and the summary says so', async () => {
  const { exitCode, stdout } = await run(['burst-100', '--vus', '2', '--model', 'test/undigested', '--quiet']);
  assert.is(exitCode, 0);
  assert.match(stdout, '– no digest to compare');
});

test('a threshold with abortOnFail stops the load and exits with 108; what was in flight is interrupted', async () => {
  const file = await lay(
    'aborting.ts',
    `name: 'aborting', executor: 'constant-vus', vus: 2, duration: '30s', gracefulStop: '0s',
     request: { path: '/gone', expect: { status: 200 } }, thresholds: [{ threshold: 'error_rate<50', abortOnFail: true }]`,
  );
  const { exitCode, stdout } = await run([file, '--quiet', '--out', 'aborted']);
  assert.is(exitCode, 108);
  assert.match(stdout, /stopped {5}early: The threshold "error_rate<50" of error_rate was crossed/);
  const report = await readSaved(join(folder, 'aborted'));
  assert.match(String(report.stopped_because), 'error_rate');
  assert.is(report.target, null);
  assert.match(stdout, 'aborting · 2 clients for 30 s × request');
});

test('Ctrl-C in mid load still leaves a draft report, and the exit code is 105', async () => {
  const running = execa(
    process.execPath,
    [
      command,
      'run',
      'sustained-100',
      '--target',
      url,
      '--vus',
      '2',
      '--model',
      'test/endless',
      '--out',
      'stopped',
    ],
    { cwd: folder, reject: false, stdin: 'ignore' },
  );
  await once(target, 'endless');
  running.kill('SIGINT');
  const { exitCode, stdout } = await running;
  assert.is(exitCode, 105, stdout);
  const report = await readSaved(join(folder, 'stopped'));
  assert.is(report.black_box.outcomes.interrupted, 2);
  assert.equal(report.draft_reasons.slice(0, 1), ['the load was interrupted']);
  assert.not.match(report.draft_reasons.join(), 'calibration');
  assert.is(report.stopped_because, 'ended by Ctrl-C');
  assert.is(report.verdict.value, 'incomplete');
  assert.match(
    stdout,
    /VERDICT {5}incomplete[\s\S]*The load was interrupted before its end\.[\s\S]*stopped {5}early: ended by/,
  );
  assert.match(await readFile(join(folder, 'stopped', 'report.md'), 'utf8'), /^# .* interrupted$/m);
});

test('a target that is not there, or has not what is needed, is named with its answer', async () => {
  const closed = createServer();
  await once(closed.listen(0, '127.0.0.1'), 'listening');
  const gone = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  closed.close();
  const [away, missing] = await Promise.all([
    run(['burst-100', '--target', gone]),
    run(['burst-100', '--model', 'test/missing']),
  ]);
  assert.is(away.exitCode, 1);
  assert.match(away.stderr, `${gone} cannot be reached: ECONNREFUSED. Is the service running?`);
  const blocked = await run(['burst-100', '--target', 'http://127.0.0.1:1']);
  assert.is(blocked.exitCode, 1);
  assert.match(
    blocked.stderr,
    'http://127.0.0.1:1 has a port that web clients, this one among them, never ask',
  );
  assert.is(missing.exitCode, 1);
  assert.match(
    missing.stderr,
    `HEAD ${url}/performance/test_missing/main/model.zip was answered 404 Not Found`,
  );
  assert.match(missing.stderr, 'Choose one by --model and --version');
});

test('a run whose calibrations both failed is a draft for that, too', async () => {
  const file = await lay(
    'uncalibrated.ts',
    `name: 'uncalibrated', executor: 'per-vu-iterations', request: { path: '/gone', expect: { bytes: 9e15 } }`,
  );
  const { exitCode, stderr } = await run([file, '--quiet', '--out', 'uncalibrated']);
  assert.is(exitCode, 0, stderr);
  assert.match(stderr, /(Not calibrated: .*\n){2}/);
  const { calibration, draft_reasons } = await readSaved(join(folder, 'uncalibrated'));
  assert.equal(calibration, { before: null, after: null });
  assert.ok(draft_reasons.includes('a calibration before or after the load failed'));
});

test('a list of models whose pages lead back to an earlier one is refused instead of read for ever', async () => {
  const endless = createServer((request, response) => {
    const isFirst = !request.url?.includes('cursor=b');
    response.end(JSON.stringify({ models, next_cursor: isFirst ? 'b' : 'a' }));
  });
  await once(endless.listen(0, '127.0.0.1'), 'listening');
  const aim = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
  const { exitCode, stderr } = await run(['metadata', '--target', aim]);
  endless.close();
  assert.is(exitCode, 1);
  assert.match(stderr, 'Its pages lead back to the cursor "b", so the list has no end');
});

test('calibrate looks twice and prints the ceiling in one JSON document', async () => {
  const { exitCode, stdout } = await bench(['calibrate', '--vus', '2', '--bytes', '100000', '--json']);
  assert.is(exitCode, 0);
  const { vus, bytes, looks } = JSON.parse(stdout);
  assert.equal([vus, bytes, looks.length], [2, 100_000, 2]);
  const refused = await bench(['calibrate', '--bytes', '0']);
  assert.is(refused.exitCode, 104);
  assert.match(refused.stderr, '--bytes is "0"; allowed: a whole number from 1 to 10000000000');
  assert.ok(looks.every((look: { bytes_per_second: number }) => look.bytes_per_second > 0));
});

test('show prints a report again, merges those of one load, and says why it does not merge others', async () => {
  const [first, second, other] = await Promise.all(
    ['3', '3', '4'].map((vus, index) =>
      run(['burst-100', '--vus', vus, '--model', 'test/a', '--quiet', '--out', `shown-${index}`]),
    ),
  );
  assert.is(first?.exitCode, 0);
  const [one, several, mixed, none] = await Promise.all([
    bench(['show', 'shown-0']),
    bench(['show', 'shown-0', 'shown-1/report.json']),
    bench(['show', 'shown-0', 'shown-2']),
    bench(['show', 'nowhere']),
  ]);
  assert.is(one.stdout, first?.stdout);
  assert.match(
    several.stdout,
    /merged {6}2 of 2 parts, requests reconciled\n {2}throughput[\s\S]*success {5}100 %\n {2}latency {5}median .*p99 [\s\S]*\(n = 6\)/,
  );
  assert.match(mixed.stdout, 'not merged  the loads are not the same: vus is 3 and 4');
  assert.is(none.exitCode, 104);
  assert.equal([one.exitCode, several.exitCode, (await bench(['show', 'aborted'])).exitCode], [0, 0, 108]);
  await rm(join(folder, 'shown-1', 'ledger.json.gz'));
  const alone = await bench(['show', 'shown-1']);
  assert.match(
    alone.stdout,
    /VERDICT {5}valid[\s\S]*not recomputed: its ledger is not beside the report[\s\S]*thresholds/,
  );
  assert.ok(second && other);
});

test('show takes the folder of a round, whose report is compressed, with its ledger', async () => {
  const round = join(folder, 'round');
  await mkdir(round);
  await cp(join(folder, 'shown-0', 'ledger.json.gz'), join(round, 'ledger.json.gz'));
  await writeFile(
    join(round, 'report.json.gz'),
    gzipSync(await readFile(join(folder, 'shown-0', 'report.json'))),
  );
  const { exitCode, stdout, stderr } = await bench(['show', 'round']);
  assert.is(exitCode, 0, stderr);
  assert.match(stdout, /VERDICT {5}valid/);
  assert.not.match(stdout, 'not recomputed: its ledger');
  assert.match(stdout, 'report      round/report.json.gz');
});

test('a damaged report is refused by the field’s name, one of a newer version by its schema', async () => {
  const report = JSON.parse(await readFile(join(folder, 'shown-0', 'report.json'), 'utf8'));
  await mkdir(join(folder, 'damaged'));
  await writeFile(join(folder, 'damaged', 'report.json'), JSON.stringify({ ...report, verdict: 'fine' }));
  await writeFile(join(folder, 'newer.json'), JSON.stringify({ ...report, schema: 'modelrig.report/2' }));
  const [damaged, newer] = await Promise.all([bench(['show', 'damaged']), bench(['show', 'newer.json'])]);
  assert.is(damaged.exitCode, 1);
  assert.match(damaged.stderr, 'damaged/report.json: The report is damaged: verdict: ');
  await writeFile(join(folder, 'notes.md'), '# Notes');
  const none = await bench(['show', 'notes.md']);
  assert.is(none.exitCode, 104);
  assert.match(none.stderr, 'notes.md: It is no report, for it is not JSON.');
  assert.is(newer.exitCode, 1);
  assert.match(newer.stderr, /newer\.json: The report's schema is "modelrig\.report\/2".*A newer version/);
});

function answer({ url: path = '', method, headers }: IncomingMessage, response: ServerResponse): void {
  runIds.push(headers['x-run-id'] as string | undefined);
  const { pathname, searchParams } = new URL(path, 'http://target');
  const model = /^\/performance\/test_(\w+)\/main\/model\.zip$/.exec(pathname)?.[1];
  if (pathname === '/models') {
    const page = Number(searchParams.get('cursor') ?? 0);
    const isLast = page === models.length - 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ models: [models[page]], next_cursor: isLast ? null : String(page + 1) }));
  } else if (model === undefined || model === 'missing') {
    response.writeHead(404).end();
  } else if (method === 'HEAD') {
    if (model !== 'undigested') response.setHeader('repr-digest', `sha-256=:${digest}:`);
    response.setHeader('content-length', body.length).end();
  } else if (model === 'failing') {
    response.writeHead(500).end();
  } else {
    response.setHeader('content-length', body.length);
    if (model !== 'endless') response.end(model === 'wrong' ? Buffer.alloc(body.length) : body);
    else {
      response.write(body.subarray(1));
      target.emit('endless');
    }
  }
}

function lay(name: string, options: string): Promise<string> {
  return layScenario(folder, name, options);
}

async function readSaved(saved: string) {
  return readReport(await readFile(join(saved, 'report.json'), 'utf8'));
}

function run([scenario = '', ...args]: readonly string[]) {
  const aim = args.includes('--target') ? [] : ['--target', url];
  return bench(['run', scenario, ...aim, ...args]);
}

test.run();
