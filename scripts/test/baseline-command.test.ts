import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseBaselineExitCode } from '../../bench/cli/baseline-command.ts';
import { createExperiment, createRounds } from '../../bench/test/experiment-fixture.ts';
import type { Experiment } from '../../contract/experiment.ts';
import { bench as benchHere } from './support/run-bench.ts';

const test = suite('baseline command');
const steady = createExperiment(createRounds(8, { before: 5, after: 5 }));

test('of the verdicts WORSE alone fails a build, regressed guards where asked, and INVALID is no pass', () => {
  const end = (value: Experiment['verdict']['value'], failOn?: string, changes = {}) =>
    chooseBaselineExitCode(
      {
        verdict: { value, reasons: [], is_detectable: false, is_at_least: false },
        metrics: steady.metrics.map((metric) => ({ ...metric, ...changes })),
      },
      failOn,
    );
  const verdicts = ['BETTER', 'SAME', 'INCONCLUSIVE', 'NO_VERDICT', 'WORSE', 'INVALID'] as const;
  assert.equal(
    verdicts.map((value) => end(value, 'WORSE')),
    [0, 0, 0, 0, 111, 110],
  );
  assert.is(end('WORSE'), 0);
  assert.is(end('SAME', 'REGRESSED', { verdict: 'REGRESSED' }), 111);
  assert.is(end('SAME', 'WORSE', { verdict: 'REGRESSED' }), 0);
});

test('an unknown ref, and flags that mean nothing, are told in words', async () => {
  const unknown = await benchHere(['compare', '--baseline', 'no-such-ref']);
  assert.is(unknown.exitCode, 1);
  assert.match(unknown.stderr, 'There is no git ref "no-such-ref"');
  const stray = await benchHere(['compare', 'a', 'b', '--fail-on', 'WORSE']);
  assert.is(stray.exitCode, 104);
  assert.match(stray.stderr, '--fail-on goes with --baseline only');
  const wrong = await benchHere(['compare', '--baseline', 'HEAD', '--fail-on', 'BETTER']);
  assert.match(wrong.stderr, '--fail-on is "BETTER"; allowed: WORSE');
});

test('pairs that are too few to fail a build are refused where it shall fail', async () => {
  for (const [failOn, pairs, least] of [
    ['WORSE', '5', 6],
    ['REGRESSED', '6', 7],
  ] as const) {
    const few = await benchHere([
      'compare',
      '--baseline',
      'no-such-ref',
      '--fail-on',
      failOn,
      '--pairs',
      pairs,
    ]);
    assert.is(few.exitCode, 104);
    assert.match(few.stderr, `--pairs is ${pairs}; allowed with --fail-on ${failOn}: ${least} or more`);
  }
  const enough = await benchHere([
    'compare',
    '--baseline',
    'no-such-ref',
    '--fail-on',
    'WORSE',
    '--pairs',
    '6',
  ]);
  assert.match(enough.stderr, 'There is no git ref');
});

test.run();
