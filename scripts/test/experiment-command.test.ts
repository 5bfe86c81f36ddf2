import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readExperiment } from '../../bench/compare/read-experiment.ts';
import { renderExperimentDocuments } from '../../bench/compare/render-experiment-documents.ts';
import { drawOrder } from '../../bench/statistics/pair-order.ts';

const test = suite('experiment command');
const command = resolve('scripts/bench.ts');
const define = pathToFileURL(resolve('bench/lab/define-experiment.ts')).href;
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-experiment-'));
  await writeFile(join(folder, 'small.ts'), describeSmall());
});
test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('an experiment that is killed goes on with its rounds, its seed and its order, and renders from its document', async () => {
  const args = ['experiment', './small.ts', '--pairs', '2'];
  const first = bench(args);
  const journal = join(folder, 'reports', 'drafts', 'small', 'journal.jsonl');
  const rounds = await waitForRound(journal);
  const second = await bench([...args, '--restart']);
  assert.is(second.exitCode, 1);
  assert.match(second.stderr, `Process ${first.pid} already measures rounds of "small"`);
  first.kill('SIGKILL');
  await first;
  const otherwise = await bench([...args, '--seed', '1']);
  assert.is(otherwise.exitCode, 1);
  assert.match(otherwise.stderr, /drawn with the seed \d+, not 1\./);
  const { exitCode, stdout, stderr } = await bench([...args, '--json']);
  assert.is(exitCode, 0, stderr);
  assert.match(stderr, /goes on after \d rounds? in/);
  const experiment = readExperiment(stdout);
  assert.is(experiment.rounds.length, 4);
  assert.equal(
    experiment.rounds.slice(0, rounds.length).map(({ report_sha256 }) => report_sha256),
    rounds.map(({ report }) => report.sha256),
  );
  const seed = experiment.design.seed ?? 0;
  assert.equal(
    experiment.rounds.map(({ phase }) => phase),
    [...drawOrder(seed, 1), ...drawOrder(seed, 2)],
  );
  assert.equal(
    new Set(experiment.rounds.map(({ verdict }) => verdict.value)),
    new Set(['valid']),
    JSON.stringify(experiment.verdict),
  );
  assert.equal(
    experiment.arms.before.subject.s3_max_sockets === 1 && experiment.arms.after.subject.s3_max_sockets === 8,
    true,
  );
  const place = join(folder, 'reports', 'drafts', 'small');
  for (const [name, content] of Object.entries(renderExperimentDocuments(experiment))) {
    assert.is(await readFile(join(place, name), 'utf8'), content);
  }
  assert.match(
    await readFile(join(place, 'report.md'), 'utf8'),
    '```sh\nnpm run experiment -- ./small.ts --pairs 2\n```',
  );
  // By arithmetic 8 times: the mechanism shows, whatever else the machine does.
  assert.ok(Number(experiment.metrics[0]?.ratio?.estimate) > 2, String(experiment.metrics[0]?.ratio?.estimate));
});

test('a finished draft is kept when its experiment begins anew', async () => {
  const drafts = join(folder, 'reports', 'drafts');
  const finished = await readFile(join(drafts, 'small', 'report.json'), 'utf8');
  const nowhere = 'http://127.0.0.1:9';
  const again = await bench(['experiment', './small.ts', '--pairs', '1', '--url', nowhere, '--restart']);
  assert.is(again.exitCode, 1);
  assert.match(again.stderr, 'draft     the finished one is kept in reports/drafts/small.1');
  assert.is(await readFile(join(drafts, 'small.1', 'report.json'), 'utf8'), finished);
  const [round] = readExperiment(finished).rounds;
  assert.ok((await readFile(join(drafts, 'small.1', round?.report ?? ''))).length > 0);
});

test('a changed definition does not go on with the rounds of another one', async () => {
  const head = {
    schema: 'modelrig.journal/1',
    name: 'small',
    seed: 1,
    started_at: '2026-01-01T00:00:00.000Z',
    identity: { definition: 'another' },
  };
  const place = join(folder, 'reports', 'drafts', 'small');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'journal.jsonl'), `${JSON.stringify(head)}\n`);
  const { exitCode, stderr } = await bench(['experiment', './small.ts', '--pairs', '2']);
  assert.is(exitCode, 1);
  assert.match(stderr, /definition was another, and is [0-9a-f]{64}/);
  assert.match(stderr, '--restart');
});

test('unknown names, contradicting flags and faults of a definition are told in words', async () => {
  const unknown = await bench(['experiment', 'nonsense']);
  assert.is(unknown.exitCode, 104);
  assert.match(unknown.stderr, 'allowed: event-loop, worker-pool, s3-connections');
  assert.match((await bench(['experiment', 'contrl'])).stderr, 'did you mean "control"?');
  const half = await bench(['experiment', 'control', '--before', 'http://127.0.0.1:1']);
  assert.is(half.exitCode, 104);
  assert.match(half.stderr, '--before and --after go together');
  await writeFile(
    join(folder, 'bad.ts'),
    describeSmall().replace("primary: 'goodput'", "primary: 'latency_mean'"),
  );
  const bad = await bench(['experiment', './bad.ts']);
  assert.is(bad.exitCode, 104);
  assert.match(
    bad.stderr,
    /bad\.ts: The experiment "small" has a fault:\n {2}primary is "latency_mean"; allowed: one of goodput.*a mean latency may get worse/,
  );
  const workers = describeSmall().replace('s3_max_sockets: 8', 'workers: 2');
  await writeFile(join(folder, 'workers.ts'), workers);
  const profiled = await bench(['experiment', './workers.ts', '--url', 'http://127.0.0.1:1']);
  assert.is(profiled.exitCode, 104);
  assert.match(profiled.stderr, 'after.workers of small is none of a profile; use --before and --after');
  await writeFile(join(folder, 'by-hand.ts'), "export default { name: '../..', design: {}, before: {} };");
  const byHand = await bench(['experiment', './by-hand.ts', '--restart']);
  assert.is(byHand.exitCode, 104);
  assert.match(byHand.stderr, 'has no default export made by defineExperiment');
  await writeFile(join(folder, 'thrown.ts'), "\n\nthrow new Error('no');");
  const thrown = await bench(['experiment', './thrown.ts']);
  assert.is(thrown.exitCode, 107);
  assert.match(thrown.stderr, 'script error in thrown.ts:3:7: no');
});

test.run();

/** Eight clients on one connection to S3 or on eight, on a store that takes a quarter of a second for each. */
function describeSmall(): string {
  return `import { defineExperiment } from '${define}';
export default defineExperiment({
  name: 'small',
  question: 'Does a test need more than one connection?',
  hypothesis: 'Eight clients wait for one connection in eight waves.',
  before: { delivery: 'streamed', s3_max_sockets: 1 },
  after: { delivery: 'streamed', s3_max_sockets: 8 },
  stage: { first_byte_ms: 250, bytes_per_second_per_connection: null },
  scenario: { num_clients: 8, duration_seconds: 30 },
  artifactBytes: 20_000,
  primary: 'goodput',
  predicted: { direction: 'BETTER', ratio: 4, because: 'eight waves become one' },
  budgetMinutes: 1,
});
`;
}

function bench(args: readonly string[]) {
  return execa(process.execPath, [command, ...args], { cwd: folder, reject: false, stdin: 'ignore' });
}

/** As soon as there is one, of those in the journal. */
async function waitForRound(path: string): Promise<{ report: { sha256: string } }[]> {
  for (let attempt = 0; attempt < 1_500; attempt += 1) {
    const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    // A reference is measured before the first of them.
    const rounds = lines.map((line) => JSON.parse(line)).filter(({ report }) => report !== undefined);
    if (rounds.length > 0) return rounds;
    await delay(100);
  }
  throw new Error('No round was measured within two and a half minutes.');
}
