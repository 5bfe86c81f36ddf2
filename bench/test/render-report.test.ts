import { stripVTControlCharacters } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attribution, Suspect, SuspectResource } from '../../contract/attribution.ts';
import type { Attempt } from '../../contract/ledger.ts';
import type { Report } from '../../contract/report.ts';
import { buildReport } from '../report/build-report.ts';
import { describeUnknownSubject } from '../report/fingerprint/describe-unknown-subject.ts';
import { renderMarkdown } from '../report/markdown/render-markdown.ts';
import { renderReportList } from '../report/render-report-list.ts';
import { renderTerminalSummary } from '../report/render-terminal.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { openRate } from '../scenarios/open-rate.ts';
import { ramp } from '../scenarios/ramp.ts';
import { sustained100 } from '../scenarios/sustained-100.ts';
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
  target,
} from './burst-fixture.ts';
import { generateOpen, generateSustained } from './steady-fixture.ts';

const test = suite('render report');
const burst = generateBurst();
const report = buildReport(createReportInput(burst));
const timeouts = buildReport(createReportInput(generateTimeouts(), { instances: [] }));

test('report.md has its parts in order: answer, figures, pictures, time, checks, doubts, fingerprint, command', () => {
  const markdown = renderMarkdown(report);
  const places = [
    '# burst-100 · 100 clients × arnir0/Tiny-LLM · streamed · embedded store · 2026-03-14 09:26 UTC · completed',
    '**Valid: 100 of 100 downloads succeeded in 5.20 s, at 455.5 MiB/s',
    '> EMULATED',
    '| Throughput (MiB/s) | **455.5** |',
    '](latency.svg)',
    '](requests.svg)',
    '## Where the time went',
    '## Checks',
    '## Doubts',
    '## Fingerprint',
    'npm run bench -- --clients 100 --model arnir0/Tiny-LLM --duration 300',
  ].map((part) => markdown.indexOf(part));
  assert.ok(places.every((place) => place >= 0));
  assert.equal(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('the table of parts explains itself: what is left out, what is below the clocks, what was sent alone', () => {
  const markdown = renderMarkdown(
    attributed({ mean_ms: 2_000 }, [
      { part: 'before_server', mean_ms: -0.8, slowest_ms: 3, alone_ms: -0.02 },
      { part: 'admission', mean_ms: 1_990, slowest_ms: 2_500, alone_ms: 0 },
      { part: 'after_server', mean_ms: -90, slowest_ms: 0, alone_ms: 0 },
      { part: 's3_pool', mean_ms: 0, slowest_ms: 0, alone_ms: 12 },
      { part: 'event_loop', mean_ms: 0, slowest_ms: 0, alone_ms: 0 },
      { part: 'client_body', mean_ms: 0, slowest_ms: 0, alone_ms: 0 },
    ]),
  );
  assert.match(markdown, /\| before the service saw it \| +≈ 0 \| +≈ 0 \| +0\.00300 \| +≈ 0 \|/);
  assert.match(markdown, /\| after the service let go \| +−/, 'what the clocks do not explain is shown');
  assert.match(markdown, '≈ 0 came out below zero by less than the clocks tell apart.');
  assert.match(markdown, /\| waiting for an S3 connection +\| +0 \|/);
  assert.match(markdown, 'left out: waiting for the event loop and waiting for the client.');
  assert.match(markdown, 'up to three requests that were sent one at a time when the load was over');
});

test('parts of requests that took no time have no share', () => {
  const timeless = attributed({ mean_ms: 0, slowest_mean_ms: 0, alone_mean_ms: 0 }, [
    { part: 'unexplained', mean_ms: 0, slowest_ms: 0, alone_ms: 0 },
  ]);
  assert.not.match(renderMarkdown(timeless), 'NaN');
  assert.not.match(renderTerminalSummary(timeless, { color: false }), 'NaN');
});

test('where every request failed, it is not the service that told no phases', () => {
  const failed = generateBurst({ clients: 3 }).map((one) => ({
    ...one,
    outcome: 'unexpected_status' as const,
    error: 'status 500',
  }));
  assert.match(
    renderMarkdown(buildReport(createReportInput(failed))),
    'No request succeeded or timed out, so there is no time to divide',
  );
});

test('a host that is short of cores is set against a suspect that is none of them', () => {
  const labels = [{ label: 'host-bound' as const, reason: 'idle for 0.1 % of the time', withholds: [] }];
  const told = (resource: 'admission' | 'cpu') =>
    renderMarkdown({ ...attributed({ verdict: 'suspect', suspects: [accuse(resource)] }), labels });
  assert.match(told('admission'), 'cores may be the next limit once this suspect is out of the way');
  assert.not.match(told('cpu'), 'cores may be the next limit');
  assert.not.match(renderMarkdown(attributed({ suspects: [accuse('admission')] })), 'the next limit');
});

test('the limit of whole artifacts has one name in all of the report', () => {
  const subject = { ...fingerprint.subject, delivery: 'buffered' as const, download_concurrency: 32 };
  const use = [
    {
      resource: 'admission',
      utilization: 1,
      utilization_of: 'of 32',
      saturation: 68,
      saturation_of: 'waiting',
      errors: 0,
    },
  ];
  const held = attributed({ verdict: 'suspect', suspects: [accuse('admission')], use });
  const markdown = renderMarkdown({ ...held, fingerprint: { ...fingerprint, subject } });
  assert.match(markdown, '**Suspect: download places.**');
  assert.match(markdown, /\| download places +\| 1\.00 of 32/);
  assert.match(markdown, /\| download places +\| at most 32/);
  assert.not.match(markdown, /artifacts in memory|admission/);
});

test('a report without failures has no section for them, one with failures has an example of each kind', () => {
  assert.not.match(renderMarkdown(report), '## Failures');
  assert.match(renderMarkdown(timeouts), /\| timed out \| 100 \| client 0, after 300\.0 s and 0 B/);
});

test('figures that include timeouts are written as lower bounds', () => {
  const slow = burst.map(
    (attempt): Attempt =>
      attempt.client < 6 ? { ...attempt, outcome: 'timeout', ended_ms: attempt.started_ms + 10_000 } : attempt,
  );
  const markdown = renderMarkdown(buildReport(createReportInput(slow)));
  assert.match(markdown, /\| Mean latency \(s\) \| ≥ /);
  assert.match(markdown, /\| Median latency \(s\) \| \d/);
  assert.match(markdown, /\| p90 latency \(s\) \| \d/);
  assert.match(markdown, /\| p95 latency \(s\) \| ≥ 10\.00/);
  assert.match(markdown, '6 of 100 latencies are timeouts');
});

test('a load by time says how much of it was its end, and at what rate bytes came before', () => {
  const attempts = generateSustained().map(
    (attempt): Attempt => (attempt.client === 0 ? { ...attempt, ended_ms: attempt.ended_ms + 5_000 } : attempt),
  );
  const scenario = { ...sustained100, vus: 10, durationSeconds: 12 } as const;
  const built = buildReport(createReportInput(attempts, { scenario }));
  assert.match(renderTerminalSummary(built, { color: false }), /\(load 12 s \+ 5\.\d\d s drain\)/);
  assert.match(
    renderMarkdown(built),
    /over all of the time: load 12 s \+ 5\.\d\d s drain[\s\S]*came at [\d,.]+ MiB\/s/,
  );
  assert.not.match(renderMarkdown(report), 'drain');
});

test('where bytes came but no success, no figure says that none came, nor what a gigabyte of them would cost', () => {
  const refused = burst.map(
    (attempt): Attempt => ({ ...attempt, status: 500, body_bytes: 20, outcome: 'unexpected_status' }),
  );
  const summary = renderTerminalSummary(buildReport(createReportInput(refused)), { color: false });
  assert.match(summary, 'first byte  of no success');
  assert.match(summary, /client {6}\d[\d.]* CPU-ms\/request/);
  assert.match(renderTerminalSummary(timeouts, { color: false }), 'first byte  none came');
});

test('only what our own redirects led to is said to come from S3, and only when bodies came', () => {
  const { fingerprint: _, ...input } = createRedirectedInput();
  const summarise = (changes: object) =>
    renderTerminalSummary(buildReport({ ...input, fingerprint, ...changes }), { color: false });
  assert.match(summarise({ fingerprint: createRedirectedInput().fingerprint }), '(n = 100, bodies from S3)');
  assert.not.match(summarise({}), 'bodies from S3');
  assert.match(summarise({}), /redirect .*\(n = 100\)/);
});

test('what a service answers cannot become markup', () => {
  const failed = burst.map(
    (attempt): Attempt => ({
      ...attempt,
      outcome: 'malformed',
      error: '| a `b` <img src=x> [c](d) *e*\n# f',
    }),
  );
  const markdown = renderMarkdown(buildReport(createReportInput(failed)));
  assert.match(markdown, '\\| a \\`b\\` \\<img src=x\\> \\[c\\](d) \\*e\\* \\# f');
  assert.not.match(markdown, /[^\\]<img/);
});

test('a figure that was not measured is a dash, never a zero', () => {
  const markdown = renderMarkdown(timeouts);
  assert.match(markdown, '| First byte, mean (ms) | – | 0 |');
  assert.match(markdown, '| Service cost (CPU-ms/request) | – |');
  assert.match(markdown, 'The service sent no telemetry');
});

test('a dirty tree is written under the verdict, in the terminal as well', () => {
  const dirty = { ...fingerprint, subject: { ...fingerprint.subject, git_dirty: true } };
  const draft = buildReport(createReportInput(burst, { fingerprint: dirty }));
  const reason = 'the working tree had uncommitted changes';
  assert.match(renderMarkdown(draft), `> DRAFT: ${reason}.`);
  assert.match(renderTerminalSummary(draft, { color: false }), `\n  DRAFT       ${reason}\n`);
  assert.not.match(renderTerminalSummary(report, { color: false }), 'DRAFT');
});

test('another version than main is repeated by the body of the trigger', () => {
  const { workload } = createReportInput(burst);
  const pinned = buildReport(createReportInput(burst, { workload: { ...workload, version: 'v2' } }));
  assert.match(renderMarkdown(pinned), /POST \/health\/performance\/workload[\s\S]*"version": "v2"/);
  assert.not.match(renderMarkdown(pinned), 'npm run bench');
});

test('an invalid report says so before its figures', () => {
  const instances = [{ ...describeInstance(burst), requests_completed: 99 }];
  const markdown = renderMarkdown(buildReport(createReportInput(burst, { instances })));
  assert.match(
    markdown,
    /^# .*\n\n\*\*Invalid, not to be relied on: [\s\S]*\n\n- The client received 100 bodies whole/,
  );
});

test('the terminal summary has every figure with its unit and stays within 80 columns', () => {
  const summary = renderTerminalSummary(report, { color: false });
  for (const part of [
    'VERDICT     valid\n',
    '✓ success_rate == 100 (100 %)',
    '455.5 MiB/s   19.2 downloads/s   2,483,400,900 B in 5.20 s',
    'median 4.82 s',
    '(n = 100)',
    'first byte  mean 326 ms',
    '✓ length 100/100   ✓ digest 10/10   ✓ counters client = service',
    'service     2.60 CPU-s/GB',
    'timestamps ± 18.3 ms',
    '(EMULATED)',
  ]) {
    assert.ok(summary.includes(part), part);
  }
  assert.ok(summary.split('\n').every((line) => line.length <= 80));
  assert.ok(!summary.endsWith('\n'));
});

test('a redirected run shows both steps and says whose bytes they are', () => {
  const redirected = buildReport(createRedirectedInput());
  const summary = renderTerminalSummary(redirected, { color: false });
  assert.match(summary, /redirect {4}mean .* p99 .*\(n = 100, bodies from S3\)/);
  assert.ok(summary.split('\n').every((line) => line.length <= 80));
  const markdown = renderMarkdown(redirected);
  assert.match(markdown, 'Redirect, mean');
  assert.match(markdown, '100 requests were sent on to another address');
  assert.not.match(renderMarkdown(report), 'edirect');
});

test('connections to S3 stand beside the strategy where they are not the usual, and never beside a redirect', () => {
  const head = (delivery: string, s3_max_sockets: number) => {
    const subject = { ...fingerprint.subject, delivery, s3_max_sockets };
    const input = createReportInput(burst, { fingerprint: { ...fingerprint, subject } });
    return renderTerminalSummary(buildReport(input), { color: false }).split('\n')[1]?.trim();
  };
  assert.is(head('streamed', 150), 'streamed · embedded store (EMULATED)');
  assert.is(head('streamed', 10), 'streamed (10 connections to S3) · embedded store (EMULATED)');
  assert.is(head('redirected', 10), 'redirected · embedded store (EMULATED)');
});

test('the command that repeats a run has the settings that held, whoever had set them', () => {
  assert.match(renderMarkdown(report), '--duration 300 --delivery streamed --s3-max-sockets 150');
  const environment = { ...fingerprint.environment, backend: 'custom' } as const;
  const custom = buildReport(createReportInput(burst, { fingerprint: { ...fingerprint, environment } }));
  assert.match(renderMarkdown(custom), 'With `AWS_ENDPOINT_URL` set as it was');
});

test('the number of downloads in memory stands beside the strategy that limits it', () => {
  const subject = { ...fingerprint.subject, delivery: 'buffered', download_concurrency: 32 };
  const attempts = burst.map((attempt) => ({ ...attempt, delivery: 'buffered' }));
  const profile = { delivery: 'buffered', download_concurrency: 32 } as const;
  const input = createReportInput(attempts, { fingerprint: { ...fingerprint, subject } });
  const buffered = buildReport({ ...input, workload: { ...input.workload, profile } });
  assert.match(renderTerminalSummary(buffered, { color: false }), 'buffered (32 at once) · embedded store');
  assert.match(renderMarkdown(buffered), '--duration 300 --delivery buffered --download-concurrency 32');
});

test('the terminal summary of a failed run names what failed, with an example', () => {
  const summary = renderTerminalSummary(timeouts, { color: false });
  assert.match(summary, '✗ success_rate == 100 (0 %)');
  assert.match(summary, 'failed      100 of 100: 100 timed out');
  assert.match(summary, 'such as client 0');
  assert.match(summary, 'mean ≥ 300.0 s');
  assert.match(summary, 'all timeouts');
});

test('a threshold has the name of its metric, and says when there were no samples', () => {
  const thresholds = ['p(95)<100', 'http_req_duration'].map((expression) => ({
    metric: 'http_req_duration',
    expression,
    value: expression === 'p(95)<100' ? 22.24 : null,
    passed: false,
  }));
  const summary = renderTerminalSummary({ ...report, thresholds }, { color: false });
  assert.match(summary, '✗ http_req_duration p(95)<100 (22.2 ms)');
  assert.match(summary, '✗ http_req_duration (no samples)');
});

test('what a report holds cannot steer the terminal that it is shown on', () => {
  const hostile = {
    ...report,
    run_id: '\u001b[2J',
    scenario: { ...report.scenario, name: 'x\u001b]0;title\u0007\r' },
    stopped_because: '\u009b31m',
  };
  for (const text of [renderTerminalSummary(hostile, { color: false }), renderReportList([hostile, report])]) {
    assert.not.match(text, /[^\P{Cc}\n]/u);
    assert.match(text, ' x]0;title');
  }
});

test('that no length, or not every one, was known is said instead of a check that passed', () => {
  const open = (count: number) => {
    const attempts = burst.map((attempt) =>
      attempt.client < count ? { ...attempt, expected_bytes: null } : attempt,
    );
    return buildReport(createReportInput(attempts));
  };
  assert.match(renderTerminalSummary(open(100), { color: false }), '– length not compared');
  assert.match(renderMarkdown(open(100)), 'of the bytes), lengths on none.');
  assert.match(renderMarkdown(open(40)), 'of the bytes), lengths on 60.');
  assert.match(renderMarkdown(open(0)), 'of the bytes), lengths on all.');
});

test('that nothing was hashed is told apart from that there is no digest', () => {
  const summary = (changes: Partial<Report>) =>
    renderTerminalSummary({ ...timeouts, ...changes }, { color: false });
  assert.match(summary({}), '– digest: none hashed');
  assert.match(summary({ target: null }), '– digest: none hashed');
  assert.match(summary({ target: { ...target, digest: null } }), '– no digest to compare');
});

test('a load that its longest duration cut short says how many of its planned iterations it made', () => {
  const measurement = createMeasurement(burst, { cutByMaxDuration: true });
  const scenario = overrideScenario(zipf500, { iterations: 120, durationSeconds: 5 });
  const cut = buildReport(createReportInput(burst, { scenario, measurement }));
  assert.is(cut.verdict.value, 'valid');
  assert.equal(cut.cut_short, { made: 100, planned: 120 });
  const said = 'by its longest duration of 5 s: 100 of 120 iterations';
  assert.match(renderTerminalSummary(cut, { color: false }), `\n  cut short   ${said}\n`);
  assert.match(renderTerminalSummary(cut, { color: false }), ' for 120 requests × ');
  assert.match(renderMarkdown(cut), `\n\nCut short ${said}.\n`);
  assert.is(report.cut_short, null);
});

test('a single label explains itself beside the verdict', () => {
  const measurement = createMeasurement(burst, { generator: { ...generator, machine_idle: 0.02 } });
  const summary = renderTerminalSummary(buildReport(createReportInput(burst, { measurement })), {
    color: false,
  });
  assert.match(summary, 'VERDICT     valid, host-bound: client, service and embedded stores share 2');
});

test('colour is on the verdict and the marks alone, and only when asked for', () => {
  const plain = renderTerminalSummary(report, { color: false });
  const colored = renderTerminalSummary(report, { color: true });
  assert.not.match(plain, '\u001b');
  assert.is(stripVTControlCharacters(colored), plain);
  assert.equal(
    colored
      .split('\u001b[32m')
      .slice(1)
      .map((part) => part.split('\u001b')[0]),
    ['valid', '✓', '✓', '✓', '✓', '✓'],
  );
});

test('a report without an attempt can be read', () => {
  const empty = buildReport(createReportInput([], { instances: [], expectedInstances: [] }));
  assert.match(renderMarkdown(empty), 'no request was sent');
  assert.match(renderTerminalSummary(empty, { color: false }), 'no request succeeded or timed out');
});

for (const [name, input] of Object.entries({
  'an open load': createReportInput(generateOpen(), {
    scenario: { ...openRate, rate: 50, durationSeconds: 10 },
    measurement: createMeasurement(generateOpen(), { droppedIterations: 3 }),
  }),
  'a sustained load': createReportInput(generateSustained(), { scenario: sustained100 }),
  'a ramp': createReportInput(generateSustained(), { scenario: ramp }),
  'a zipf load': createReportInput(
    generateSustained().map((attempt, index) => ({ ...attempt, request: `owner/model-${index % 40}` })),
    { scenario: zipf500 },
  ),
})) {
  test(`the terminal summary of ${name} stays within 80 columns and its report.md has every part`, () => {
    const built = buildReport(input);
    const summary = renderTerminalSummary(built, { color: false });
    assert.equal(
      summary.split('\n').filter((line) => line.length > 80),
      [],
    );
    const markdown = renderMarkdown(built);
    assert.not.match(markdown, /undefined|NaN|null/);
    assert.match(markdown, `npm run bench -- --scenario ${input.scenario.name} `);
  });
}

test('an open load shows service and response times apart, what was dropped, and how late requests started', () => {
  const open = generateOpen();
  const built = buildReport(
    createReportInput(open, {
      scenario: { ...openRate, rate: 50, durationSeconds: 10 },
      measurement: createMeasurement(open, { droppedIterations: 3 }),
    }),
  );
  const summary = renderTerminalSummary(built, { color: false });
  assert.match(summary, /latency {5}mean 22\.\d ms/);
  assert.match(summary, /response {4}mean /);
  assert.match(summary, /sent {8}500 of 503 due {3}3 dropped {3}starts late by p99 1\.\d+ s/);
  assert.match(summary, '✗ dropped_iterations count==0 (3, a default of the arrival rate)');
  const markdown = renderMarkdown(built);
  assert.match(markdown, 'Response time, p99 (s)');
  assert.match(markdown, 'an open model');
  assert.match(markdown, '50 requests/s for 10 s');
});

test('a label says what the run does not show', () => {
  const measurement = createMeasurement(burst, { generator: { ...generator, cpu_utilization: 0.95 } });
  const markdown = renderMarkdown(buildReport(createReportInput(burst, { measurement })));
  assert.match(markdown, /\*\*client-bound\*\*: this run does not show how fast the service is at most/);
});

test('a target without telemetry is said to be one, and is repeated by `run` with the load as it was', () => {
  const bare = {
    environment: { ...fingerprint.environment, backend: 'unavailable', data_set: 'unavailable' },
    subject: describeUnknownSubject(null),
  } as const;
  const input = createReportInput(burst, { fingerprint: bare, instances: [], expectedInstances: [] });
  const built = buildReport(input);
  const summary = renderTerminalSummary(built, { color: false });
  assert.match(summary, /\n {10}target without telemetry\n/);
  assert.match(summary, 'VERDICT     valid\n');
  const markdown = renderMarkdown(built);
  assert.match(markdown, '> No telemetry: the target was loaded without its trigger');
  const lacks = 'the fingerprint lacks the stores, the data set, the commit,';
  assert.match(markdown, `> DRAFT: ${lacks}`);
  assert.match(summary, '\n  DRAFT       the fingerprint is incomplete, as report.md tells\n');
  assert.match(
    markdown,
    'run burst-100 --target URL --vus 100 --iterations 1 --duration 300s --model arnir0/Tiny-LLM',
  );
  assert.not.match(markdown, 'EMULATED');
});

test('the ceiling stands beside what the client cost, and why a load was stopped beside the verdict', () => {
  const look = { bytes_per_second: 1_048_576_000, requests_per_second: 42, cpu_seconds_per_gb: 0.3 };
  const summary = renderTerminalSummary(
    buildReport(
      createReportInput(burst, {
        calibration: { before: look, after: null },
        measurement: createMeasurement(burst, { stoppedBecause: 'The threshold "x" was crossed.' }),
      }),
    ),
    { color: false },
  );
  assert.match(summary, '  ceiling     1,000 MiB/s before, from a null server');
  assert.match(summary, '  stopped     early: The threshold "x" was crossed.');
});

test('of small bodies the requests count: first in throughput, ceiling and cost', () => {
  const small = burst.map(
    (attempt): Attempt => ({
      ...attempt,
      request: 'metadata',
      body_bytes: 300,
      expected_bytes: null,
    }),
  );
  const summary = renderTerminalSummary(buildReport(createReportInput(small, { target: null })), {
    color: false,
  });
  assert.match(summary, /throughput {2}19\.2 requests\/s {3}0\.0055 MiB\/s/);
  assert.match(summary, 'CPU-ms/request');
  assert.match(summary, 'burst-100 · 100 clients × metadata');
});

test('rendering is deterministic', () => {
  assert.is(renderMarkdown(report), renderMarkdown(structuredClone(report)));
});

test.run();

function attributed(
  changes: Partial<Attribution>,
  parts: Attribution['parts'] = [{ part: 'unexplained', mean_ms: 5, slowest_ms: 5, alone_ms: 5 }],
): Report {
  const attribution: Attribution = {
    joined: 100,
    of: 100,
    mean_ms: 2_000,
    slowest_mean_ms: 2_500,
    alone_mean_ms: 40,
    parts,
    unexplained_median_share: 0.01,
    use: [],
    verdict: 'unknown',
    suspects: [],
    reason: 'no metric says why',
    ...changes,
  };
  if (report.white_box === null) throw new Error('no white box');
  return { ...report, white_box: { ...report.white_box, attribution } };
}

function accuse(resource: SuspectResource): Suspect {
  return { resource, metric: 'wait', value: 1, unit: 'ms', statement: 'requests waited', knob: 'KNOB' };
}
