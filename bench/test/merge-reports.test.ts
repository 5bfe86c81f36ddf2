import { randomUUID } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Report } from '../../contract/report.ts';
import { buildReport } from '../report/build-report.ts';
import { mergeReports } from '../report/merge-reports.ts';
import { renderReportList } from '../report/render-report-list.ts';
import { openRate } from '../scenarios/open-rate.ts';
import { sustained100 } from '../scenarios/sustained-100.ts';
import { createMeasurement, createReportInput, generateBurst } from './burst-fixture.ts';
import { generateOpen, generateSustained } from './steady-fixture.ts';

const test = suite('merge reports');
const burst = report(generateBurst({ seed: 1 }));
const again = report(generateBurst({ seed: 2 }));

test('reports of one load merge to the percentiles of all their requests', () => {
  const merged = mergeReports([burst, again]);
  assert.is(merged.kind, 'merged');
  assert.is(merged.kind === 'merged' && merged.statement, '2 of 2 parts, requests reconciled');
  assert.is(merged.kind === 'merged' && merged.histogram.totalCount, 200);
});

test('a part that lacks planned requests makes the whole INCOMPLETE', () => {
  const attempts = generateBurst().slice(0, 90);
  const input = createReportInput(generateBurst());
  const measurement = createMeasurement(attempts, { stoppedBecause: 'the load was stopped' });
  const short = buildReport({ ...input, runId: randomUUID(), measurement });
  const merged = mergeReports([burst, short]);
  assert.is(
    merged.kind === 'merged' && merged.statement,
    'INCOMPLETE: part 2 was stopped early and is invalid; 190 of 200 requests',
  );
});

test('a part that was stopped, or whose own verdict is not valid, is said although no plan can miss its requests', () => {
  const attempts = generateSustained();
  const [whole, stopped, invalid] = [{}, { stoppedBecause: 'the load was stopped' }, { lateAnswers: 1 }].map(
    (changes) =>
      report(attempts, { scenario: sustained100, measurement: createMeasurement(attempts, changes) }),
  );
  assert.ok(whole && stopped && invalid);
  const merged = mergeReports([stopped, whole, invalid]);
  assert.is(
    merged.kind === 'merged' && merged.statement,
    'INCOMPLETE: part 1 was stopped early; part 3 is invalid',
  );
  assert.is(merged.kind === 'merged' && merged.histogram.totalCount, 3 * whole.black_box.metrics.latency.count);
});

test('loads whose number of requests follows from their speed reconcile by their parts alone', () => {
  const sustained = [1, 2].map(() => report(generateSustained(), { scenario: sustained100 }));
  const merged = mergeReports(sustained);
  assert.is(merged.kind === 'merged' && merged.statement, '2 of 2 parts, requests reconciled');
});

test('an open load whose planned number is a rounding error above a whole one reconciles, dropped ones aside', () => {
  const scenario = { ...openRate, rate: 50, durationSeconds: 1.1 };
  const attempts = generateOpen({ rate: 50, seconds: 10 }).slice(0, 52);
  const measurement = createMeasurement(attempts, { droppedIterations: 3 });
  const merged = mergeReports([1, 2].map(() => report(attempts, { scenario, measurement })));
  assert.is(merged.kind === 'merged' && merged.statement, '2 of 2 parts, requests reconciled');
});

test('one run given twice, other loads and other models are not merged, and the reason is said', () => {
  const reasons: [other: Report, reason: string][] = [
    [burst, `run ${burst.run_id} is there twice`],
    [report(generateBurst({ clients: 50 })), 'the loads are not the same: vus is 100 and 50'],
    [{ ...again, target: null }, 'the loads are not the same: target is '],
  ];
  for (const [other, reason] of reasons) {
    const merged = mergeReports([burst, other]);
    assert.is(merged.kind, 'refused');
    assert.match(merged.kind === 'refused' ? merged.reason : '', reason);
  }
});

test('the list has a line for each report within 80 columns, how many have a label, and the merged figures', () => {
  const list = renderReportList([
    burst,
    { ...again, labels: [{ label: 'disturbed', reason: '', withholds: [] }] },
  ]);
  assert.match(list, /\n {2}run +right +MiB\/s +median +p95 +p99 +verdict\n/);
  assert.match(list, new RegExp(`\n  ${burst.run_id.slice(0, 8)} +100/100 .* valid\n`));
  assert.match(list, 'labels      disturbed 1 of 2');
  assert.match(
    list,
    /merged {6}2 of 2 parts[^\n]*\n {2}throughput .* MiB\/s[\s\S]*success {5}100 %\n {2}latency {5}median /,
  );
  assert.not.match(list, 'differ');
  const slow = report(generateBurst({ seed: 3, makespanMs: 20_000 }), {
    runId: '11111111-9a3d-4d0b-8a7e-2f6f5f1f0c11',
  });
  assert.match(
    renderReportList([burst, slow]),
    /throughput {2}\d+\.\d MiB\/s[\s\S]*differ {6}the parts got \d[\d.]* to 4\d\d\.\d MiB\/s/,
  );
  assert.ok(list.split('\n').every((line) => line.length <= 80));
});

function report(attempts: Parameters<typeof createReportInput>[0], changes = {}): Report {
  return buildReport(createReportInput(attempts, { runId: randomUUID(), ...changes }));
}

test.run();
