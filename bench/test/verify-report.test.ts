import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Report } from '../../contract/report.ts';
import { verifyReport } from '../cli/verify-report.ts';
import { encodeLedger } from '../metrics/ledger-codec.ts';
import { buildReport } from '../report/build-report.ts';
import { createReportInput, generateBurst, runId } from './burst-fixture.ts';

const test = suite('verify report');
const burst = generateBurst();
const ledger = encodeLedger(runId, burst);
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

test.run();

function build({ sha256 }: { sha256: string }): Report {
  const named = { document: 'ledger.json.gz', sha256, rows: burst.length };
  return buildReport(createReportInput(burst, { ledger: named }));
}

async function refusal(edited: Report, beside = folder): Promise<string> {
  const error = await verifyReport(edited, beside).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.instance(error, Error);
  return String((error as Error).message);
}
