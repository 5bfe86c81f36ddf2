import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLedger } from '../../../bench/metrics/ledger-codec.ts';
import { buildReport } from '../../../bench/report/build-report.ts';
import { readReport } from '../../../bench/report/read-report.ts';
import { openRate } from '../../../bench/scenarios/open-rate.ts';
import { createReportInput, generateBurst, runId } from '../../../bench/test/burst-fixture.ts';
import { generateOpen } from '../../../bench/test/steady-fixture.ts';
import type { Report } from '../../../contract/report.ts';
import { findStaleReportFiles } from '../find-stale-files.ts';
import { writeStaleFiles } from '../write-stale-files.ts';

const test = suite('render reports');
const published = new URL('../../../reports/schema/modelrig.report-1.schema.json', import.meta.url);
const burst = generateBurst();
const report = buildReport(createReportInput(burst));
const folder = await mkdtemp(join(tmpdir(), 'modelrig-reports-'));

test.after(() => rm(folder, { recursive: true }));

test('everything committed below reports/ is what its sources give', async () => {
  const stale = await findStaleReportFiles('reports');
  assert.equal(
    stale.map(({ path }) => path),
    [],
    'Run `npm run reports`.',
  );
});

test('reports of a burst and of an open load fit the published schema by an independent validator', async () => {
  const validate = await compileSchema();
  const open = buildReport(createReportInput(generateOpen(), { scenario: openRate }));
  for (const one of [report, open]) {
    validate(JSON.parse(JSON.stringify(one)));
    assert.equal(validate.errors, null);
  }
});

test('a report from before calibration, series and open model is read, and fits the published schema', async () => {
  const older = makeOlder(report);
  const validate = await compileSchema();
  validate(older);
  assert.equal(validate.errors, null);
  const read = readReport(JSON.stringify(older));
  assert.is(read.calibration, null);
  assert.is(read.black_box.series, null);
  assert.equal(read.labels, []);
});

for (const [field, value] of [
  ['black_box.metrics.latency.p99_ms', 'slow'],
  ['ledger.sha256', undefined],
  ['scenario.executor', 'externally-controlled'],
] as const) {
  test(`a report with a damaged ${field} is refused by name, by reader and published schema`, async () => {
    const damaged = JSON.stringify(replace(JSON.parse(JSON.stringify(report)), field.split('.'), value));
    const validate = await compileSchema();
    assert.is(validate(JSON.parse(damaged)), false);
    assert.throws(() => readReport(damaged), new RegExp(`damaged: ${field}: `));
  });
}

test('a newer report, another document and what is no JSON are refused by name', () => {
  const newer = JSON.stringify({ ...report, schema: 'modelrig.report/2' });
  assert.throws(
    () => readReport(newer),
    /schema is "modelrig\.report\/2"; .*"modelrig\.report\/1".* newer version/,
  );
  assert.throws(() => readReport('[]'), /schema is null/);
  assert.throws(() => readReport('{'), /not JSON/);
});

test('what is missing or changed beside a report is made anew, once', async () => {
  await writeReport('one');
  const stale = await findStaleReportFiles(folder);
  assert.equal(
    stale.map(({ path }) => path.slice(folder.length + 1)),
    [
      'one/latency.svg',
      'one/phases.svg',
      'one/report.md',
      'one/requests.svg',
      'schema/modelrig.experiment-1.schema.json',
      'schema/modelrig.report-1.schema.json',
    ],
  );
  await writeStaleFiles(stale);
  assert.equal(await findStaleReportFiles(folder), []);
  await writeFile(join(folder, 'one', 'report.md'), 'mended by hand');
  assert.is((await findStaleReportFiles(folder)).length, 1);
});

test('a report that an older version wrote is rendered, without a figure that is not there', async () => {
  const kept = join(folder, 'kept');
  await cp(new URL('../../../bench/test/fixtures/older-report', import.meta.url), join(kept, 'older'), {
    recursive: true,
  });
  const rendered = await findStaleReportFiles(kept);
  assert.is(rendered.length, 6);
  for (const { content } of rendered) assert.not.match(content, /undefined|NaN/);
  await rm(kept, { recursive: true });
});

test('a ledger that is not the one the report names is refused', async () => {
  await writeReport('two', encodeLedger(runId, burst.slice(1)));
  const refusal = await findStaleReportFiles(folder).catch((error: Error) => error.message);
  assert.match(String(refusal), /two\/report\.json: ledger\.json\.gz has the SHA-256 .*, not /);
});

test.run();

function replace(value: unknown, path: readonly string[], by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  const inner = value as Readonly<Record<string, unknown>>;
  return { ...inner, [name]: replace(inner[name], rest, by) };
}

async function compileSchema() {
  const schema = JSON.parse(await readFile(published, 'utf8'));
  return new Ajv2020({ strict: true, strictRequired: false, allErrors: true, validateFormats: false }).compile(
    schema,
  );
}

async function writeReport(name: string, ledger = encodeLedger(runId, burst)): Promise<void> {
  const right = createHash('sha256').update(encodeLedger(runId, burst)).digest('hex');
  await mkdir(join(folder, name), { recursive: true });
  const named = { ...report, ledger: { ...report.ledger, sha256: right } };
  await writeFile(join(folder, name, 'report.json'), JSON.stringify(named));
  await writeFile(join(folder, name, 'ledger.json.gz'), ledger);
}

/** As the first version wrote it. */
function makeOlder(newer: Report): unknown {
  const { scope: _1, stopped_because: _2, draft_reasons: _3, calibration: _4, ...rest } = newer;
  const { metrics, connect, mean_over_makespan, outcomes, failures, latency_histogram, generator } =
    newer.black_box;
  const { name, executor, vus, iterations, deadline_seconds, model, digest_sample_rate } = newer.scenario;
  return JSON.parse(
    JSON.stringify({
      ...rest,
      scenario: { name, executor, vus, iterations, deadline_seconds, model, digest_sample_rate },
      thresholds: newer.thresholds.map(({ metric: _, ...threshold }) => threshold),
      black_box: { metrics, connect, mean_over_makespan, outcomes, failures, latency_histogram, generator },
    }),
  );
}
