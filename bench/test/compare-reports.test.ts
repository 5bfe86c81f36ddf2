import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench } from '../../scripts/test/support/run-bench.ts';
import { compareReports } from '../compare/compare-reports.ts';
import { renderDistributionsPlot } from '../compare/plots/render-distributions-plot.ts';
import { renderComparison } from '../compare/render-comparison.ts';
import { buildReport } from '../report/build-report.ts';
import { createReportInput, fingerprint, generateBurst, generateTimeouts } from './burst-fixture.ts';
import { createExperiment, createRounds } from './experiment-fixture.ts';

const test = suite('compare reports');
const one = buildReport(createReportInput(generateBurst()));
const cached = { ...fingerprint.subject, delivery: 'buffered', download_concurrency: 32 };
const other = buildReport(
  createReportInput(generateBurst({ clients: 100, seed: 9 }), {
    runId: '0aa5c0de-0000-4000-8000-000000000002',
    fingerprint: { ...fingerprint, subject: cached },
  }),
);
const newerKernel = { ...fingerprint.environment, kernel: 'Linux 6.9.1', memory_bytes: 1 };
const elsewhere = buildReport(
  createReportInput(generateBurst(), {
    runId: '0aa5c0de-0000-4000-8000-000000000003',
    fingerprint: { ...fingerprint, environment: newerKernel },
  }),
);
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelrig-compare-'));
  for (const [name, report] of Object.entries({ one, other, elsewhere })) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(report));
  }
});
test.after(async () => {
  await rm(folder, { recursive: true });
});

test('runs of one load and environment are comparable, and their subjects are what differs', () => {
  const { isComparable, subject, figures } = compareReports(one, other);
  assert.ok(isComparable);
  assert.equal(
    subject.map(({ field }) => field),
    ['subject.delivery', 'subject.download_concurrency'],
  );
  const goodput = figures.find(({ name }) => name === 'goodput');
  assert.is(goodput?.ratio, (goodput?.other ?? 0) / (goodput?.one ?? 1));
});

test('another kernel and another load are named as what keeps runs from being compared', () => {
  assert.equal(
    compareReports(one, elsewhere).differences.map(({ field }) => field),
    ['environment.memory_bytes', 'environment.kernel'],
  );
  const few = buildReport(createReportInput(generateBurst({ clients: 10 })));
  assert.ok(compareReports(one, few).differences.some(({ field }) => field === 'scenario.vus'));
});

test('a ratio to nothing is no number, and figures that hold timeouts are lower bounds', () => {
  const nothing = buildReport(createReportInput(generateTimeouts()));
  const { figures } = compareReports(nothing, one);
  assert.is(figures.find(({ name }) => name === 'goodput')?.ratio, null);
  assert.is(figures.find(({ name }) => name === 'time_to_last_byte')?.isAtLeast.one, true);
  const text = renderComparison(compareReports(nothing, one), ['a', 'b']);
  assert.match(text, /time to the last byte +≥ 300\.\d s +5\.20 s +× ≤ 0\.017/);
  const alike = compareReports(nothing, nothing).figures.find(({ name }) => name === 'time_to_last_byte');
  assert.equal([alike?.ratio, alike?.difference], [null, null]);
});

test('the command shows two reports side by side without a verdict, and writes them over each other', async () => {
  const places = ['one', 'other'].map((name) => join(folder, `${name}.json`));
  const out = join(folder, 'out');
  const { exitCode, stdout } = await bench(['compare', ...places, '--out', out]);
  assert.is(exitCode, 0);
  assert.match(stdout, /goodput +455\.5 MiB\/s/);
  assert.match(stdout, 'No verdict: these runs are of different sessions');
  assert.match(stdout, 'subject.delivery: "streamed" and "buffered"');
  assert.match(await readFile(join(out, 'comparison.md'), 'utf8'), '](distributions.svg)');
  assert.match(await readFile(join(out, 'distributions.svg'), 'utf8'), /class="curve before dashed"/);
});

test("the report of an experiment's round is read compressed, and bytes that are damaged are named", async () => {
  const round = join(folder, 'round');
  await mkdir(round, { recursive: true });
  await writeFile(join(round, 'report.json.gz'), gzipSync(JSON.stringify(one)));
  const { exitCode, stdout } = await bench(['compare', round, join(folder, 'other.json')]);
  assert.is(exitCode, 0);
  assert.match(stdout, /goodput +455\.5 MiB\/s/);
  const cut = join(folder, 'cut.json.gz');
  await writeFile(cut, gzipSync(JSON.stringify(one)).subarray(0, 900));
  const damaged = await bench(['compare', cut, join(folder, 'other.json')]);
  assert.is(damaged.exitCode, 1);
  assert.match(damaged.stderr, 'cut.json.gz is damaged: unexpected end of file');
});

test('two versions of an experiment stand side by side by their ratios, without a verdict on each other', async () => {
  const versions = [
    createExperiment(createRounds(8, { before: 20, after: 5 })),
    createExperiment(createRounds(8, { before: 20, after: 8 }), { number: 2 }),
  ];
  const places = versions.map((_, index) => join(folder, 'soup', String(index + 1)));
  for (const [index, place] of places.entries()) {
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'report.json'), JSON.stringify(versions[index]));
  }
  const { exitCode, stdout, stderr } = await bench(['compare', ...places]);
  assert.is(exitCode, 0, stderr);
  assert.match(stdout, /^ +soup 1 +soup 2$/m);
  assert.match(stdout, /^verdict +BETTER +BETTER$/m);
  assert.match(stdout, /^goodput +× 3\.99 \(3\.87 to 4\.15\) BETTER +× 2\.\d+ \(/m);
  assert.match(stdout, 'No verdict: these versions are of different sessions');
  const mixed = await bench(['compare', places[0] ?? '', join(folder, 'one.json')]);
  assert.is(mixed.exitCode, 104);
  assert.match(mixed.stderr, 'one is an experiment and the other a run');
  const moved = { ...versions[1], environment: { ...versions[1]?.environment, kernel: 'Linux 7' } };
  await writeFile(join(places[1] ?? '', 'report.json'), JSON.stringify(moved));
  const refused = await bench(['compare', ...places]);
  assert.is(refused.exitCode, 1);
  assert.match(refused.stderr, 'environment.kernel: "Linux 6.8.0" and "Linux 7"');
  assert.match(
    (await bench(['compare', ...places, '--force'])).stdout,
    'FORCED: these versions do not compare',
  );
});

test('a run beside itself, and a version beside itself, is refused', async () => {
  for (const place of ['one.json', 'soup/1']) {
    const path = join(folder, place);
    const { exitCode, stderr } = await bench(['compare', path, path]);
    assert.is(exitCode, 104, place);
    assert.match(stderr, /^Both (are the run|have the same rounds).*; allowed: two /);
  }
});

test('the command refuses other environments with the fields listed, and --force marks what it then shows', async () => {
  const places = ['one', 'elsewhere'].map((name) => join(folder, `${name}.json`));
  const { exitCode, stdout, stderr } = await bench(['compare', ...places]);
  assert.is(exitCode, 1);
  assert.is(stdout, '');
  assert.match(stderr, 'environment.kernel: "Linux 6.8.0" and "Linux 6.9.1"');
  const forced = await bench(['compare', ...places, '--force']);
  assert.is(forced.exitCode, 0);
  assert.match(forced.stdout, 'FORCED: these runs do not compare');
});

test('the picture of an arm without samples says so, and the same data gives the same bytes', () => {
  const arm = { label: 'before', histogram: one.black_box.latency_histogram, censored: 0 };
  const after = { ...arm, label: 'after', histogram: other.black_box.latency_histogram };
  assert.is(renderDistributionsPlot(arm, after), renderDistributionsPlot(arm, after));
  const empty = buildReport(createReportInput([])).black_box.latency_histogram;
  const none = { ...arm, histogram: empty };
  assert.match(renderDistributionsPlot(none, none), 'nothing to show');
});

test.run();
