import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scenarioNames } from '../../contract/workload.ts';
import { judgeReference } from '../lab/judge-reference.ts';
import { asksForArtifacts } from '../scenarios/asks-for-artifacts.ts';
import { createRounds } from './experiment-fixture.ts';

const test = suite('reference');

test('a valid run in which all succeeded says how fast S3 itself is', () => {
  assert.equal(judgeReference(createReport('valid', 100)), { bytes_per_second: 9e8 });
});

test('a run that is not valid, or in which one request failed, says nothing but why', () => {
  assert.equal(judgeReference(createReport('invalid', 100)), {
    bytes_per_second: null,
    reason: 'for its run is invalid: x',
  });
  assert.equal(judgeReference(createReport('valid', 99)), {
    bytes_per_second: null,
    reason: 'for only 99 % of its requests succeeded',
  });
});

test('every load but that of records asks for artifacts, which S3 itself can be asked for', () => {
  assert.equal(
    scenarioNames.filter((scenario) => !asksForArtifacts({ scenario })),
    ['metadata'],
  );
  assert.ok(asksForArtifacts({}));
});

test.run();

function createReport(value: 'valid' | 'invalid', success_rate: number) {
  const [round] = createRounds(1, { before: 20, after: 5 });
  assert.ok(round);
  const { report } = round;
  const { metrics } = report.black_box;
  const throughput = { ...metrics.throughput, bytes_per_second: 9e8 };
  return {
    ...report,
    verdict: { value, reasons: value === 'valid' ? [] : ['x'] },
    black_box: { ...report.black_box, metrics: { ...metrics, success_rate, throughput } },
  };
}
