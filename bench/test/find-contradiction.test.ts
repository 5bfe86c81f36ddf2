import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BlackBox, Report } from '../../contract/report.ts';
import { decodeLedger, encodeLedger } from '../metrics/ledger-codec.ts';
import { buildReport } from '../report/build-report.ts';
import { findContradiction } from '../report/find-contradiction.ts';
import { readReport } from '../report/read-report.ts';
import { openRate } from '../scenarios/open-rate.ts';
import {
  createMeasurement,
  createRedirectedInput,
  createReportInput,
  generateBurst,
  generateTimeouts,
} from './burst-fixture.ts';
import { generateOpen } from './steady-fixture.ts';

const test = suite('find contradiction');
const burst = generateBurst();
const report = buildReport(createReportInput(burst));

test('sound reports of all kinds follow from their ledgers, once both went through their documents', () => {
  const open = generateOpen();
  const inputs = [
    createReportInput(burst),
    createReportInput(generateTimeouts(), { instances: [] }),
    createReportInput([], { instances: [], expectedInstances: [] }),
    createRedirectedInput(),
    createReportInput(open, {
      scenario: openRate,
      measurement: createMeasurement(open, {
        droppedIterations: 3,
        checks: [{ name: 'etag', passes: 3, fails: 1 }],
      }),
    }),
  ];
  for (const input of inputs) {
    const { attempts } = decodeLedger(encodeLedger(input.runId, input.measurement.attempts));
    assert.is(findContradiction(readReport(JSON.stringify(buildReport(input))), attempts), null);
  }
});

test('a report of an older version follows from its ledger', async () => {
  const read = (name: string) => readFile(new URL(`fixtures/older-report/${name}`, import.meta.url));
  const { attempts } = decodeLedger(await read('ledger.json.gz'));
  assert.is(findContradiction(readReport(String(await read('report.json'))), attempts), null);
});

const { metrics } = report.black_box;
const other = buildReport(createReportInput(generateBurst({ seed: 9 }))).black_box;
const { fairness, series } = report.black_box;
const edits: Readonly<Record<string, Partial<Report>>> = {
  'black_box.metrics.throughput.bytes_per_second': change({
    metrics: { ...metrics, throughput: { ...metrics.throughput, bytes_per_second: 1e12 } },
  }),
  'black_box.metrics.latency.p99_ms': change({
    metrics: { ...metrics, latency: { ...metrics.latency, p99_ms: 1 } },
  }),
  'black_box.outcomes.ok': change({ outcomes: { ok: 99 } }),
  'black_box.outcomes.timeout': change({ outcomes: { ok: 100, timeout: 1 } }),
  'black_box.redirect': change({ redirect: report.black_box.connect }),
  'black_box.failures.0': change({
    failures: [{ outcome: 'timeout', manner: null, count: 1, example: '' }],
  }),
  'black_box.request_kinds.0.successes': change({
    request_kinds: report.black_box.request_kinds.map((kind) => ({ ...kind, successes: 1 })),
  }),
  'black_box.latency_histogram': change({ latency_histogram: other.latency_histogram }),
  'black_box.fairness.fewest_successes': change({
    fairness: fairness && { ...fairness, fewest_successes: fairness.fewest_successes + 1 },
  }),
  'black_box.series.ends.0': change({ series: series && { ...series, ends: [] } }),
  'ledger.rows': { ledger: { ...report.ledger, rows: 99 } },
  'checks.length.passed': { checks: report.checks.filter(({ name }) => name !== 'length') },
  'thresholds.0.value': { thresholds: report.thresholds.map((result) => ({ ...result, value: 99 })) },
  'thresholds.0.passed': { thresholds: report.thresholds.map((result) => ({ ...result, passed: false })) },
};
for (const [field, edit] of Object.entries(edits)) {
  test(`a report whose ${field} was edited is found out by that field`, () => {
    const found = findContradiction({ ...report, ...edit }, burst);
    assert.ok(found?.startsWith(field), String(found));
  });
}

test('a report of the open model whose lateness or response times were edited is found out', () => {
  const attempts = generateOpen();
  const open = buildReport(createReportInput(attempts, { scenario: openRate }));
  const { start_delay, latency_histogram } = open.black_box;
  const find = (changes: Partial<BlackBox>) =>
    findContradiction({ ...open, black_box: { ...open.black_box, ...changes } }, attempts) ?? '';
  assert.is(find({}), '');
  assert.match(
    find({ start_delay: start_delay && { ...start_delay, p99_ms: 0 } }),
    /^black_box.start_delay.p99_ms/,
  );
  assert.match(find({ response_time_histogram: latency_histogram }), /^black_box.response_time_histogram/);
});

test('an older report, whose length was right of every whole body, follows from its ledger as it did', () => {
  const open = burst.map((attempt) => ({ ...attempt, expected_bytes: null }));
  const since = buildReport(createReportInput(open));
  const length = (passed: number, total: number) => ({
    ...since,
    checks: since.checks.map((check) => (check.name === 'length' ? { ...check, passed, total } : check)),
  });
  assert.is(findContradiction(since, open), null);
  assert.is(findContradiction(length(100, 100), open), null);
  assert.is(findContradiction(length(99, 100), open), 'checks.length.passed is 99, by its ledger 100');
  assert.is(findContradiction(length(1, 1), open), 'checks.length.passed is 1, by its ledger 0');
});

test('a run with wrong bytes that calls itself valid is found out', () => {
  const wrong = burst.map((attempt) =>
    attempt.client === 20 ? { ...attempt, outcome: 'wrong_digest' as const } : attempt,
  );
  const invalid = buildReport(createReportInput(wrong));
  assert.is(findContradiction(invalid, wrong), null);
  const edited: Report = { ...invalid, verdict: { value: 'valid', reasons: [] } };
  assert.is(findContradiction(edited, wrong), 'verdict is "valid", by its ledger "invalid"');
});

test.run();

function change(changes: Partial<BlackBox>): Partial<Report> {
  return { black_box: { ...report.black_box, ...changes } };
}
