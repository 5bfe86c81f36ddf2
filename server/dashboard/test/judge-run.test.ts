import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../../contract/run.ts';
import { makeMetrics, makeRun } from '../../performance/test/support/make-run.ts';
import type { ListedRun } from '../page/model/comparable-runs.ts';
import { judgeRun } from '../page/model/judge-run.ts';

const test = suite('judge run');

function list(changes: Partial<RunRecord>): ListedRun {
  const verdict = { value: 'valid' as const, reasons: [] };
  const run = makeRun({
    status: 'completed',
    metrics: makeMetrics(),
    verdict,
    crossed_thresholds: [],
    ...changes,
  });
  return { ...run, documents: {} };
}

test('a run is flawed by its verdict, by a crossed threshold and by one failed request, and by a label it is not', () => {
  assert.is(judgeRun(list({})).isFlawed, false);
  assert.is(judgeRun(list({ verdict: { value: 'incomplete', reasons: ['x'] } })).isFlawed, true);
  assert.is(judgeRun(list({ crossed_thresholds: ['p(99) < 300'] })).isFlawed, true);
  assert.is(judgeRun(list({ metrics: makeMetrics({ success_rate: 99.9 }) })).isFlawed, true);
  const labels = [{ label: 'host-bound' as const, reason: 'one machine', withholds: [] }];
  const labelled = judgeRun(list({ labels }));
  assert.is(labelled.isFlawed, false);
  assert.is(labelled.verdict, 'valid, host-bound');
});

test('one crossed threshold is told by name, more by their number, and of older runs nothing', () => {
  assert.is(judgeRun(list({ crossed_thresholds: ['p(99) < 300'] })).crossed, 'crossed p(99) < 300');
  assert.is(judgeRun(list({ crossed_thresholds: ['a', 'b'] })).crossed, '2 thresholds crossed');
  assert.is(judgeRun(list({ crossed_thresholds: null })).crossed, null);
});

test('a run that was not measured is what its status says, and no flawed one', () => {
  const failed = judgeRun(list({ status: 'failed', metrics: null, verdict: null, crossed_thresholds: null }));
  assert.equal(failed, { isFlawed: false, verdict: null, isTrusted: true, crossed: null });
});

test.run();
