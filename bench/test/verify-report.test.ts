import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Report } from '../../contract/report.ts';
import { type InstanceTelemetry, phases } from '../../contract/telemetry.ts';
import { verifyReport } from '../cli/verify-report.ts';
import { encodeLedger } from '../metrics/ledger-codec.ts';
import { buildReport } from '../report/build-report.ts';
import { encodePhases } from '../report/encode-phases.ts';
import { createReportInput, describeInstance, generateBurst, runId } from './burst-fixture.ts';

const test = suite('verify report');
const burst = generateBurst();
const ledger = encodeLedger(runId, burst);
const instance = timeRequests();
const report = build({ sha256: createHash('sha256').update(ledger).digest('hex') });
let folder: string;
let empty: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-report-'));
  empty = await mkdtemp(join(tmpdir(), 'verify-report-'));
  await writeFile(join(folder, 'ledger.json.gz'), ledger);
});

test.after(async () => {
  await rm(folder, { recursive: true });
  await rm(empty, { recursive: true });
});

test('a report with its ledger beside it is recomputed, and nothing is said of it', async () => {
  assert.is(await verifyReport(report, folder), null);
});

test('an edited report is refused, naming file, field and both values', async () => {
  const edited = structuredClone(report);
  edited.black_box.metrics.throughput.bytes_per_second = 1e12;
  const said = await refusal(edited);
  assert.ok(said.startsWith(join(folder, 'report.json')), said);
  assert.match(said, /throughput\.bytes_per_second is 1000000000000, by its ledger 477/);
});

test('a ledger with another hash, and one of another run, are refused', async () => {
  const told = `has the SHA-256 ${report.ledger.sha256}; its report names ${'0'.repeat(64)}`;
  assert.match(await refusal(build({ sha256: '0'.repeat(64) })), told);
  assert.match(
    await refusal({ ...report, run_id: 'e1d0f6a5-0a51-4bb6-a8fb-6ee0f2bd0c7a' }),
    'run_id is e1d0f6a5',
  );
});

test('a damaged ledger is refused by its file, even with the hash that the report names', async () => {
  await writeFile(join(folder, 'damaged.gz'), 'no gzip');
  const sha256 = createHash('sha256').update('no gzip').digest('hex');
  const damaged = { ...report, ledger: { ...report.ledger, document: 'damaged.gz', sha256 } };
  assert.match(await refusal(damaged), `${join(folder, 'damaged.gz')}: The ledger is damaged`);
});

test('a report cannot be kept from its ledger by the number of rows that it tells', async () => {
  const said = await refusal({ ...report, ledger: { ...report.ledger, rows: 100_001 } });
  assert.match(said, 'ledger.rows is 100001, by its ledger 100');
});

test('without the ledger, or with a very long one, it is said that nothing was recomputed, and figures have to fit each other', async () => {
  assert.match((await verifyReport(report, empty)) ?? '', 'not beside the report');
  const bytes = Buffer.alloc(2_000_001);
  await writeFile(join(folder, 'long.gz'), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const long = { ...report, ledger: { ...report.ledger, document: 'long.gz', sha256 } };
  assert.match((await verifyReport(long, folder)) ?? '', 'its ledger has 2,000,001 B');
  for (const wrong of [
    { latency: { ...report.black_box.metrics.latency, mean_ms: 9e9 } },
    { success_rate: 99 },
    { total_requests: 101 },
    { throughput: { ...report.black_box.metrics.throughput, bytes_per_second: 1e12 } },
  ]) {
    const metrics = { ...report.black_box.metrics, ...wrong };
    const edited = { ...report, black_box: { ...report.black_box, metrics } };
    assert.match(await refusal(edited, empty), 'report.json contradicts itself: ');
  }
  const crossed = report.thresholds.map((threshold) => ({ ...threshold, passed: false }));
  assert.match(await refusal({ ...report, thresholds: crossed }, empty), 'is judged wrongly');
});

test('where the time went is recomputed from the phases beside the report, and an edited figure of it is refused', async () => {
  await writeFile(join(folder, 'phases.json.gz'), encodePhases(runId, [instance]));
  const told = build({ sha256: report.ledger.sha256 }, instance);
  assert.is(told.white_box?.attribution?.joined, burst.length);
  assert.is(await verifyReport(told, folder), null);
  for (const edit of [
    (parts: Parts) => Object.assign(parts.find(({ part }) => part === 's3_pool') ?? {}, { mean_ms: 2_000 }),
    (parts: Parts) => Object.assign(parts.find(({ part }) => part === 's3_body') ?? {}, { slowest_ms: 1 }),
  ]) {
    const edited = structuredClone(told);
    edit(edited.white_box?.attribution?.parts ?? []);
    assert.match(
      await refusal(edited),
      /parts\.s3_(pool\.mean|body\.slowest)_ms is \d+, by its ledger and phases \d/,
    );
  }
  const hidden = structuredClone(told);
  Object.assign(hidden.white_box?.attribution ?? {}, { unexplained_median_share: 0 });
  assert.match(await refusal(hidden), 'unexplained_median_share is 0, by its ledger and phases 0.0');
});

test('phases of another run or another instance, and damaged ones, are refused', async () => {
  const told = build({ sha256: report.ledger.sha256 }, instance);
  const path = join(folder, 'phases.json.gz');
  await writeFile(path, encodePhases('e1d0f6a5-0a51-4bb6-a8fb-6ee0f2bd0c7a', [instance]));
  assert.match(await refusal(told), 'contradicts its phases: run_id is 5f1c7c1e');
  await writeFile(path, encodePhases(runId, [{ ...instance, instance_id: 'another' }]));
  assert.match(await refusal(told), `white_box.instances has ${instance.instance_id}, its phases do not`);
  await writeFile(path, 'no gzip');
  assert.match(await refusal(told), `${path}: The phases are damaged`);
});

test('without the phases it is said that where the time went was not recomputed', async () => {
  await rm(join(folder, 'phases.json.gz'));
  const told = build({ sha256: report.ledger.sha256 }, instance);
  assert.match(
    (await verifyReport(told, folder)) ?? '',
    'where the time went, for phases.json.gz is not beside',
  );
});

test.run();

type Parts = NonNullable<NonNullable<Report['white_box']>['attribution']>['parts'];

/** What the instance says of each request: most of its time S3 sends the body, and something nobody can name. */
function timeRequests(): InstanceTelemetry {
  const residences = burst.map(({ connected_ms, ended_ms }) => ended_ms - (connected_ms ?? 0) - 2);
  return {
    ...describeInstance(burst),
    requests: {
      requests: burst.length,
      request_id: burst.map(({ request_id }) => request_id ?? ''),
      head_ms: burst.map(() => 3),
      residence_ms: residences,
      body_bytes: burst.map(({ body_bytes }) => body_bytes),
      completed: burst.map(() => true),
      slowest: burst.map(() => false),
      phases: Object.fromEntries(
        phases.map((phase) => [
          phase,
          residences.map((ms) => (phase === 's3_body' ? ms - 5 : phase === 'handling' ? 5 : 0)),
        ]),
      ) as NonNullable<InstanceTelemetry['requests']>['phases'],
    },
  };
}

function build({ sha256 }: { sha256: string }, telling = describeInstance(burst)): Report {
  const named = { document: 'ledger.json.gz', sha256, rows: burst.length };
  return buildReport(createReportInput(burst, { ledger: named, instances: [telling] }));
}

async function refusal(edited: Report, beside = folder): Promise<string> {
  const error = await verifyReport(edited, beside).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, Error);
  return String((error as Error).message);
}
