import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ThresholdResult } from '../../contract/report.ts';
import { decodeLedger } from '../metrics/ledger-codec.ts';
import { readReport } from '../report/read-report.ts';
import { renderDocuments } from '../report/render-documents.ts';
import { renderReportList } from '../report/render-report-list.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';

const test = suite('older report');
const folder = new URL('fixtures/older-report/', import.meta.url);
const text = await readFile(new URL('report.json', folder), 'utf8');
const { attempts } = decodeLedger(await readFile(new URL('ledger.json.gz', folder)));

test('a report from before thresholds named their metric has it filled in from the expression', () => {
  const { thresholds } = read([{ expression: 'success_rate == 100' }, { expression: ' p(99) < 300000' }]);
  assert.equal(
    thresholds.map(({ metric }) => metric),
    ['success_rate', 'http_req_duration'],
  );
});

test('it is printed and rendered with its thresholds and their values', () => {
  const report = readReport(text);
  assert.match(renderTerminalSummary(report, { color: false }), '✓ success_rate == 100 (100 %)');
  assert.match(
    renderDocuments(report, attempts)['report.md'],
    /\| `success_rate == 100` \| +100 % \| passed +\|/,
  );
  assert.match(renderReportList([report, report]), '5/5');
});

test('an expression that cannot be read any more is printed as it stands, with its bare value', () => {
  for (const threshold of [
    { expression: 'speed > 1' },
    { metric: 'speed', expression: 'rate > 1' },
    { metric: 'http_reqs', expression: '' },
  ]) {
    const report = read([threshold]);
    assert.match(renderTerminalSummary(report, { color: false }), `${threshold.expression} (12.5)`);
    assert.match(renderDocuments(report, attempts)['report.md'], '12.5');
  }
});

test.run();

function read(thresholds: readonly Partial<ThresholdResult>[]) {
  const results = thresholds.map((threshold) => ({ ...threshold, value: 12.5, passed: true }));
  return readReport(JSON.stringify({ ...JSON.parse(text), thresholds: results }));
}
