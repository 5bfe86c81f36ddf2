import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StoreUse } from '../../contract/attribution.ts';
import type { Attempt } from '../../contract/ledger.ts';
import { type Calibration, type Ceiling, reportSchema } from '../../contract/report.ts';
import type { Shaping } from '../../contract/store-counts.ts';
import { describeCeiling } from '../measure/describe-ceiling.ts';
import { decodeLatencyHistogram } from '../metrics/latency-histogram.ts';
import { buildReport } from '../report/build-report.ts';
import { describeDraft, describeEmulation } from '../report/caveats.ts';
import { findContradiction } from '../report/find-contradiction.ts';
import { nameFailure } from '../report/list-failures.ts';
import { renderDoubts } from '../report/markdown/render-doubts.ts';
import { burst100 } from '../scenarios/burst-100.ts';
import { openRate } from '../scenarios/open-rate.ts';
import { zipf500 } from '../scenarios/zipf-500.ts';
import {
  createMeasurement,
  createRedirectedInput,
  createReportInput,
  describeInstance,
  fingerprint,
  generateBurst,
  generateTimeouts,
  generator,
  instanceId,
} from './burst-fixture.ts';
import { generateOpen } from './steady-fixture.ts';

const test = suite('build report');
const written = {
  metric: 'http_req_failed',
  expression: '',
  abortOnFail: false,
  delayAbortEvalSeconds: 0,
} as const;
const burst = generateBurst();

test('an undisturbed run is valid, without labels, and fits the schema', () => {
  const report = reportSchema.parse(buildReport(createReportInput(burst)));
  assert.equal(report.verdict, { value: 'valid', reasons: [] });
  assert.equal(report.labels, []);
  assert.equal(
    report.checks.map(({ name, passed, total, example }) => [name, passed, total, example]),
    [
      ['length', 100, 100, null],
      ['digest', 10, 10, null],
      ['delivery', 100, 100, null],
      ['counters', 2, 2, null],
      ['identities', 2, 2, null],
    ],
  );
  assert.equal(report.thresholds, [
    { metric: 'success_rate', expression: 'success_rate == 100', value: 100, passed: true },
  ]);
  assert.equal(report.black_box.outcomes, { ok: 100 });
  assert.is(report.white_box?.cpu_seconds_per_gb?.toFixed(2), '2.60');
});

test('a body of which no length was expected has none that is right', () => {
  const open = burst.map((attempt) => (attempt.client < 40 ? { ...attempt, expected_bytes: null } : attempt));
  const { checks } = buildReport(createReportInput(open));
  assert.equal(
    checks.filter(({ name }) => name === 'length').map(({ passed, total }) => [passed, total]),
    [[60, 60]],
  );
});

test('iterations that the longest duration left over are dropped ones to a threshold, as in k6', () => {
  const thresholds = [{ metric: 'dropped_iterations', expression: 'count==0' }].map((written) => ({
    ...written,
    abortOnFail: false,
    delayAbortEvalSeconds: 0,
  }));
  const scenario = { ...zipf500, iterations: 120, thresholds };
  const measurement = createMeasurement(burst, { cutByMaxDuration: true });
  const report = buildReport(createReportInput(burst, { scenario, measurement }));
  assert.equal(report.thresholds, [
    { metric: 'dropped_iterations', expression: 'count==0', value: 20, passed: false },
  ]);
  assert.is(findContradiction(report, measurement.attempts), null);
});

test('the report holds the histogram of the latencies', () => {
  const { black_box } = buildReport(createReportInput(burst));
  const histogram = decodeLatencyHistogram(black_box.latency_histogram);
  assert.is(histogram.totalCount, 100);
  assert.ok(Math.abs(histogram.maxValue / 1_000 - (black_box.metrics.latency.max_ms ?? 0)) < 10);
});

test('an allowance that was crossed is a doubt beside a valid verdict, no failed check', () => {
  const open = generateOpen();
  const report = buildReport(
    createReportInput(open, {
      scenario: { ...openRate, rate: 50, durationSeconds: 10 },
      measurement: createMeasurement(open),
    }),
  );
  assert.is(report.black_box.identities.find(({ exact }) => !exact)?.holds, false);
  const check = report.checks.find(({ name }) => name === 'identities');
  assert.equal([check?.passed, check?.total], [2, 2]);
  assert.is(report.verdict.value, 'valid');
  assert.match(
    renderDoubts(report),
    /did not keep up: lateness of the starts \(p99, ms\): [\d,]+ where at most 25\.0 is allowed/,
  );
});

test('a service that counts one body less makes a run of successes invalid, and says both counts', () => {
  const instance = { ...describeInstance(burst), requests_completed: 99 };
  const { verdict, checks } = buildReport(createReportInput(burst, { instances: [instance] }));
  assert.is(verdict.value, 'invalid');
  assert.match(verdict.reasons.join(), '100 bodies whole, the service counts 99 bodies');
  assert.is(checks.find(({ name }) => name === 'counters')?.passed, 1);
});

test('a service that counts one byte more makes a run of successes invalid', () => {
  const instance = { ...describeInstance(burst), body_bytes: 2_483_400_901 };
  const { verdict } = buildReport(createReportInput(burst, { instances: [instance] }));
  assert.is(verdict.value, 'invalid');
  assert.match(verdict.reasons.join(), '2,483,400,900 B whole, the service counts 2,483,400,901 B');
});

test('when requests failed, the service may have completed more than arrived', () => {
  const attempts = fail(burst, 1, 'aborted');
  const { verdict } = buildReport(createReportInput(attempts, { instances: [describeInstance(burst)] }));
  assert.equal(verdict, { value: 'valid', reasons: [] });
});

test('when requests failed, the service may not have completed fewer than arrived', () => {
  const attempts = fail(burst, 1, 'aborted');
  const instances = [describeInstance(fail(burst, 2, 'aborted'))];
  assert.is(buildReport(createReportInput(attempts, { instances })).verdict.value, 'invalid');
});

test('counters of several instances are summed', () => {
  const instances = [
    { ...describeInstance(burst.slice(0, 30)), instance_id: 'b' },
    { ...describeInstance(burst.slice(30)), instance_id: 'a' },
  ];
  const input = createReportInput(burst, { instances, expectedInstances: ['a', 'b'] });
  const { verdict, white_box } = buildReport(input);
  assert.is(verdict.value, 'valid');
  assert.is(white_box?.requests_completed, 100);
  assert.equal(
    white_box?.instances.map(({ instance_id }) => instance_id),
    ['a', 'b'],
  );
});

test('a wrong digest makes the run invalid and names the client', () => {
  const attempts = burst.map((attempt) =>
    attempt.client === 20
      ? { ...attempt, outcome: 'wrong_digest' as const, error: 'sha256:00 received' }
      : attempt,
  );
  const instances = [describeInstance(burst)];
  const { verdict, checks } = buildReport(createReportInput(attempts, { instances }));
  assert.is(verdict.value, 'invalid');
  assert.match(verdict.reasons.join(), /1 of 10 hashed bodies: client 20, .*sha256:00 received/);
  assert.is(checks.find(({ name }) => name === 'length')?.passed, 100);
});

test('a body that another strategy delivered makes the run invalid and names the client', () => {
  const attempts = burst.map((attempt) =>
    attempt.client === 7 ? { ...attempt, delivery: 'buffered' } : attempt,
  );
  const { verdict, checks } = buildReport(createReportInput(attempts));
  assert.is(verdict.value, 'invalid');
  assert.match(
    verdict.reasons.join(),
    '1 of 100 bodies were delivered otherwise: client 7 was served by buffered',
  );
  assert.is(checks.find(({ name }) => name === 'delivery')?.passed, 99);
});

test('after redirects the bodies are no bytes of the service: answers are compared, and both steps are timed', () => {
  const report = buildReport(createRedirectedInput());
  assert.equal(report.verdict, { value: 'valid', reasons: [] });
  assert.is(report.checks.find(({ name }) => name === 'counters')?.total, 1);
  assert.is(report.black_box.redirect?.count, 100);
  assert.ok((report.black_box.redirect?.mean_ms ?? 0) < (report.black_box.metrics.first_byte.mean_ms ?? 0));
});

test('after redirects, a service that counts fewer answers makes the run invalid', () => {
  const input = createRedirectedInput();
  const instances = input.instances.map((instance) => ({ ...instance, requests_completed: 99 }));
  assert.is(buildReport({ ...input, instances }).verdict.value, 'invalid');
});

test('a success without the right length is the load generator at fault: invalid', () => {
  const attempts = burst.map((attempt) => (attempt.client === 3 ? { ...attempt, body_bytes: 17 } : attempt));
  const { verdict } = buildReport(createReportInput(attempts, { instances: [describeInstance(attempts)] }));
  assert.is(verdict.value, 'invalid');
  assert.match(verdict.reasons.join(), '1 of 100 successes');
});

test('an instance that answered and sent no telemetry makes the run incomplete', () => {
  const { verdict, white_box, checks } = buildReport(createReportInput(burst, { instances: [] }));
  assert.is(verdict.value, 'incomplete');
  assert.match(verdict.reasons.join(), instanceId);
  assert.is(white_box, null);
  assert.is(checks.find(({ name }) => name === 'counters')?.total, 0);
});

test('an instance without its final telemetry makes the run incomplete, not invalid, though it counts less', () => {
  const instance = { ...describeInstance(burst), final: false, seq: 3, requests_completed: 41 };
  const { verdict } = buildReport(createReportInput(burst, { instances: [instance] }));
  assert.is(verdict.value, 'incomplete');
  assert.match(verdict.reasons.join(), /no final telemetry.*number 3.*41 completed/);
});

test('a missing part makes the run incomplete by name', () => {
  const { verdict } = buildReport(createReportInput(burst, { missingParts: ['shard 2'] }));
  assert.equal(verdict, { value: 'incomplete', reasons: ['The measurement of shard 2 is missing.'] });
});

test('a service without telemetry, of which none is expected, leaves the run valid', () => {
  const report = buildReport(createReportInput(burst, { instances: [], expectedInstances: [] }));
  assert.is(report.verdict.value, 'valid');
  assert.match(report.checks.find(({ name }) => name === 'counters')?.example ?? '', 'no telemetry');
});

test('a run in which all timed out is a valid measurement with a crossed threshold', () => {
  const report = reportSchema.parse(buildReport(createReportInput(generateTimeouts(), { instances: [] })));
  assert.is(report.verdict.value, 'valid');
  assert.is(report.thresholds[0]?.passed, false);
  assert.is(report.black_box.failures.length, 1);
  assert.match(report.black_box.failures[0]?.example ?? '', /^client 0, after 300\.0 s and 0 B: no complete/);
});

test('a run without an attempt is a report too', () => {
  reportSchema.parse(buildReport(createReportInput([], { instances: [], expectedInstances: [] })));
});

test('failures of one outcome are counted apart by their manner, each with a name of its own', () => {
  const kinds = [
    ['aborted', 'fin'],
    ['aborted', 'rst'],
    ['aborted', null],
    ['timeout', 'unanswered'],
    ['timeout', 'stalled'],
    ['timeout', 'dribbled'],
  ] as const;
  const attempts = burst.map((attempt, index): Attempt => {
    const [outcome, manner] = kinds[index % 7] ?? ['ok', null];
    return { ...attempt, outcome, manner };
  });
  const { failures } = reportSchema.parse(buildReport(createReportInput(attempts))).black_box;
  assert.equal(
    failures.map(({ outcome, manner, count }) => `${outcome} ${manner} ${count}`).sort(),
    kinds.map(([outcome, manner], index) => `${outcome} ${manner} ${index < 2 ? 15 : 14}`).sort(),
  );
  assert.is(new Set(failures.map(nameFailure)).size, kinds.length);
});

test('a failure text is kept on one line and short', () => {
  const error = `first\nsecond\u001b[31m${'x'.repeat(400)}`;
  const attempts = fail(burst, 1, 'malformed').map((attempt) => ({ ...attempt, error }));
  const [failure] = buildReport(createReportInput(attempts)).black_box.failures;
  assert.match(failure?.example ?? '', /: first second \[31mx+…$/);
  assert.ok((failure?.example.length ?? 0) < 260);
});

test('a generator above 0.9 of a core is client-bound, one at 0.9 is not', () => {
  const label = (cpu_utilization: number) =>
    buildReport(
      createReportInput(burst, {
        measurement: createMeasurement(burst, { generator: { ...generator, cpu_utilization } }),
      }),
    ).labels;
  assert.equal(label(0.9), []);
  assert.equal(
    label(0.97).map(({ label, reason, withholds }) => [label, reason, withholds.length]),
    [['client-bound', 'the load generator used 0.97 of one core', 3]],
  );
});

test('a machine idle below a tenth is host-bound, one that cannot be read is not', () => {
  const label = (machine_idle: number | null) =>
    buildReport(
      createReportInput(burst, {
        measurement: createMeasurement(burst, { generator: { ...generator, machine_idle } }),
      }),
    ).labels;
  assert.equal(label(0.1), []);
  assert.equal(label(null), []);
  assert.equal(
    label(0.034).map(({ label, reason }) => [label, reason]),
    [
      [
        'host-bound',
        'client, service and embedded stores share 2 cores, which were idle for 3.4 % of the time',
      ],
    ],
  );
});

test('a load above 0.8 of the lower ceiling is client-bound and says what is withheld', () => {
  const label = (before: number, after: number | null) =>
    buildReport(createReportInput(burst, { calibration: calibrate(before, after) })).labels;
  assert.equal(label(0.79, null), []);
  assert.is(label(0.7, 0.85)[0]?.reason, 'the load got 85.0 % of what a null server gives');
  assert.match(label(0.85, null)[0]?.withholds[0] ?? '', 'at least');
});

test('ceilings that disagree, or that the load exceeds, are held against nothing, and the doubts say so', () => {
  const report = (before: number, after: number) =>
    buildReport(createReportInput(burst, { calibration: calibrate(before, after) }));
  assert.equal(report(0.6, 0.85).labels, []);
  assert.match(renderDoubts(report(0.6, 0.85)), 'The two differ by more than a quarter');
  assert.not.match(renderDoubts(report(0.7, 0.85)), 'The two differ');
  assert.equal(report(1.5, 1.4).labels, []);
});

test('bodies of many sizes are client-bound only where bytes and requests are near their ceilings', () => {
  const label = (bytesShare: number, requestsShare: number) => {
    const before = { ...ceiling(bytesShare), requests_per_second: 100 / 5.2 / requestsShare };
    return buildReport(createReportInput(burst, { calibration: { before, after: null } })).labels;
  };
  assert.equal(label(3.9, 0.04), []);
  assert.equal(label(0.85, 0.85).length, 1);
});

test('others that take more than a twentieth of the machine disturb a run, a waiting queue binds it to its host', () => {
  const label = (changes: object) =>
    buildReport(
      createReportInput(burst, {
        measurement: createMeasurement(burst, { generator: { ...generator, ...changes } }),
      }),
    ).labels.map((one) => one.label);
  assert.equal(label({ stolen_share: 0.05, run_queue_wait: 0.1 }), []);
  assert.equal(label({ stolen_share: 0.06, run_queue_wait: 0.11 }), ['host-bound', 'disturbed']);
});

test('foreign is what neither generator nor service took, and unknown where stores run beside them', () => {
  const machine = { machine_cpu_seconds: 10, others_cpu_seconds: 3, stolen_share: 0.01 };
  const findShare = (computeBackend: string, backend: 'aws' | 'embedded') => {
    const { environment, subject } = fingerprint;
    const report = buildReport(
      createReportInput(burst, {
        measurement: createMeasurement(burst, { generator: { ...generator, ...machine } }),
        instances: [{ ...describeInstance(burst), cpu_seconds: 2 }],
        fingerprint: {
          environment: { ...environment, backend },
          subject: { ...subject, compute_backend: computeBackend },
        },
      }),
    );
    return report.black_box.generator.foreign_share ?? null;
  };
  assert.is(findShare('local', 'aws'), 0.11);
  assert.is(findShare('local', 'embedded'), null);
  assert.is(findShare('fargate', 'aws'), 0.31);
  assert.is(findShare('unavailable', 'aws'), null);
});

test('where S3 counts itself beside the service, what nobody accounts for is bounded, and much of it disturbs', () => {
  const build = (others_cpu_seconds: number) => {
    const machine = { machine_cpu_seconds: 10, others_cpu_seconds, stolen_share: 0 };
    const s3 = {
      source: 'embedded' as const,
      shaping: null,
      answers: 100,
      aborted: 0,
      bytes: 1,
      first_byte_ms: 1,
      body_ms: 1,
      reader_wait_ms: 0,
      own_wait_ms: 0,
      utilization: 0.5,
      cpu_seconds: 1,
    };
    const { environment, subject } = fingerprint;
    return buildReport(
      createReportInput(burst, {
        measurement: createMeasurement(burst, { generator: { ...generator, ...machine } }),
        instances: [{ ...describeInstance(burst), cpu_seconds: 2 }],
        stores: { s3, dynamodb: null },
        fingerprint: {
          environment: { ...environment, backend: 'embedded' },
          subject: { ...subject, compute_backend: 'local' },
        },
      }),
    );
  };
  const quiet = build(4);
  assert.is(quiet.black_box.generator.foreign_share_at_most, 0.1);
  assert.equal(
    quiet.labels.map(({ label }) => label),
    [],
  );
  const [disturbed] = build(8).labels;
  assert.is(disturbed?.label, 'disturbed');
  assert.match(
    disturbed?.reason ?? '',
    "client, service and S3 do not account for 50 % of the machine's CPU time",
  );
});

test('where no size was known, requests are held against the ceiling instead of bytes', () => {
  const before = { bytes_per_second: 1e12, requests_per_second: 20, cpu_seconds_per_gb: 0.2 };
  const reasons = (attempts: readonly Attempt[]) =>
    buildReport(createReportInput(attempts, { calibration: { before, after: null } })).labels.map(
      ({ reason }) => reason,
    );
  assert.equal(reasons(burst), []);
  const [reason = ''] = reasons(burst.map((attempt) => ({ ...attempt, expected_bytes: null })));
  assert.match(reason, /the load got [\d.]+ % of what a null server gives/);
});

test('a ceiling is refused when a request to the null server failed', () => {
  assert.is(describeCeiling(createMeasurement(burst)).requests_per_second > 19, true);
  assert.throws(() => describeCeiling(createMeasurement(fail(burst, 1, 'aborted'))), 'ended as aborted');
});

test('what the end of the run interrupted, and what the service asked to be spared, has no length that could be wrong', () => {
  const changes: readonly Attempt['outcome'][] = ['interrupted', 'interrupted', 'throttled', 'aborted'];
  const attempts = burst.map((attempt, index): Attempt => {
    const outcome = changes[index];
    return outcome === undefined ? attempt : { ...attempt, outcome, body_bytes: 0, error: 'x' };
  });
  const { checks } = buildReport(createReportInput(attempts));
  const { passed, total } = checks.find(({ name }) => name === 'length') ?? {};
  assert.equal([passed, total], [96, 97]);
  const scenario = { ...burst100, thresholds: [{ ...written, expression: 'rate<0.0103' }] };
  const [failed] = buildReport(createReportInput(attempts, { scenario })).thresholds;
  assert.is(failed?.value, 1 / 98);
});

test('a load that a person ended is incomplete and a draft, and no calibration failed that was left out', () => {
  const measurement = createMeasurement(burst, { stoppedBecause: 'ended by Ctrl-C' });
  const calibration = {
    before: { bytes_per_second: 1, requests_per_second: 1, cpu_seconds_per_gb: 1 },
    after: null,
  };
  const built = buildReport(createReportInput(burst, { measurement, calibration, isInterrupted: true }));
  assert.equal(built.verdict, { value: 'incomplete', reasons: ['The load was interrupted before its end.'] });
  assert.equal(built.draft_reasons, ['the load was interrupted']);
  assert.is(built.interrupted, true);
});

test('anything but AWS is called EMULATED', () => {
  const { environment } = fingerprint;
  assert.is(describeEmulation({ ...environment, backend: 'aws' }), null);
  assert.match(describeEmulation({ ...environment, backend: 'embedded' }) ?? '', /^EMULATED.*embedded/);
  assert.match(describeEmulation({ ...environment, backend: 'custom' }) ?? '', /^EMULATED.*custom endpoint/);
});

test('what is emulated is told with all that its stores were shaped to', () => {
  const environment = { ...fingerprint.environment, backend: 'embedded' as const };
  const plain = { first_byte_ms: 0, bytes_per_second_per_connection: null, bytes_per_second_total: null };
  const told = (s3: Shaping | null, dynamodb: Shaping | null) =>
    describeEmulation(environment, { s3: use(s3), dynamodb: use(dynamodb) }) ?? '';
  const use = (shaping: Shaping | null): StoreUse => ({
    ...{ source: 'proxy', shaping, answers: 1, aborted: 0, bytes: 1, first_byte_ms: 1, body_ms: 1 },
    ...{ reader_wait_ms: 0, own_wait_ms: 0, utilization: 0, cpu_seconds: 0 },
  });
  const s3 = {
    ...{ first_byte_ms: 150, first_byte_jitter_ms: 20, failure_rate: 0.01 },
    ...{ bytes_per_second_per_connection: 2_097_152, bytes_per_second_total: 41_943_040 },
  };
  assert.match(
    told(s3, { ...plain, first_byte_ms: 8 }),
    'S3 was shaped: a first byte after 150 ms ± 20.0 ms, 2.00 MiB/s a connection, 40.0 MiB/s in total and 1 % of answers failed. DynamoDB was shaped: a first byte after 8.00 ms. The figures',
  );
  assert.not.match(told(plain, null), 'shaped');
});

test('uncommitted changes, an incomplete fingerprint or a load that was stopped make a draft', () => {
  const { environment, subject } = fingerprint;
  const whole = { fingerprint, stopped_because: null, interrupted: false, calibration: null };
  assert.is(describeDraft(whole), null);
  assert.match(
    describeDraft({ ...whole, fingerprint: { environment, subject: { ...subject, git_dirty: true } } }) ?? '',
    /^DRAFT: .*uncommitted/,
  );
  const unknown = { ...subject, git_commit: 'unavailable', git_dirty: 'unavailable' as const };
  assert.match(
    describeDraft({ ...whole, fingerprint: { environment, subject: unknown } }) ?? '',
    'lacks the commit and the state of the working tree',
  );
  const measurement = createMeasurement(burst, { stoppedBecause: 'Ctrl-C' });
  assert.equal(buildReport(createReportInput(burst, { measurement })).draft_reasons, [
    'the load was stopped before its end',
  ]);
});

test.run();

/** Of which the burst got a share. */
function ceiling(share: number): Ceiling {
  return {
    bytes_per_second: 2_483_400_900 / 5.2 / share,
    requests_per_second: 100 / 5.2 / share,
    cpu_seconds_per_gb: 0.2,
  };
}

function calibrate(before: number, after: number | null): Calibration {
  return { before: ceiling(before), after: after === null ? null : ceiling(after) };
}

function fail(attempts: readonly Attempt[], count: number, outcome: Attempt['outcome']): Attempt[] {
  return attempts.map((attempt, index) =>
    index < count
      ? { ...attempt, outcome, digest_checked: false, body_bytes: 1_000, error: 'connection reset' }
      : attempt,
  );
}
