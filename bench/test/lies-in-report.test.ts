import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildReport } from '../report/build-report.ts';
import { renderMarkdown } from '../report/markdown/render-markdown.ts';
import { createReportInput, generator } from './burst-fixture.ts';
import { lies } from './support/lies.ts';
import { answerWith, body, closeRawServers, run, serveRaw } from './support/raw-server.ts';

const test = suite('lies in the report');
test.after(closeRawServers);

const good = answerWith(body, 'x-delivery: streamed');

test('every lie of a run stands in report.md by name, with its count and an example', async () => {
  const { markdown } = await reportOn(lies);
  assert.equal(readFailures(markdown), [
    'timed out without a byte: 1',
    'stalled until the deadline: 1',
    'still dribbling at the deadline: 1',
    'cut off by FIN before the last byte: 2',
    'cut off by RST before the last byte: 1',
    'unexpected status: 3',
    'asked to come back later: 2',
    'wrong length: 2',
    'wrong digest: 1',
    'bytes after the end of the response: 2',
    'a second response to one request: 1',
    'compressed although identity was asked for: 2',
    'a body of untold length: 1',
    'headers that contradict each other: 5',
    'a head without an end: 4',
    'malformed response: 15',
  ]);
  assert.match(markdown, /\| wrong length \| 2 \| client \d+, after .*: 99999 bytes instead of 100000 \|/);
});

test('one wrong body makes the run invalid, in its verdict and in the first line of report.md', async () => {
  const { report, markdown } = await reportOn(lies.filter(([, outcome]) => outcome === 'wrong_digest'));
  assert.is(report.verdict.value, 'invalid');
  assert.is(report.verdict.reasons.length, 1);
  assert.match(report.verdict.reasons[0] ?? '', /^Wrong digest on 1 of 2 hashed bodies: client \d/);
  assert.match(markdown, /^\*\*Invalid, not to be relied on: /m);
  assert.match(markdown, /^- Wrong digest on 1 of 2 hashed bodies/m);
});

test('all other lies are failures of the service: the run that measured them is valid', async () => {
  const { report } = await reportOn(lies.filter(([, outcome]) => outcome !== 'wrong_digest'));
  assert.equal(report.verdict, { value: 'valid', reasons: [] });
  assert.is(report.black_box.outcomes.ok, lies.length - 1);
  assert.is(report.black_box.metrics.total_bytes, (lies.length - 1) * body.length);
});

test.run();

/** A run in which each lie is told once, and each time a good answer follows. */
async function reportOn(told: typeof lies) {
  const server = await serveRaw((socket, request) => {
    const lie = request % 2 === 0 ? told[request / 2] : undefined;
    if (lie === undefined) socket.write(good);
    else lie[3](socket, request);
  });
  const options = {
    executor: 'shared-iterations',
    vus: 4,
    iterations: 2 * told.length,
    timeout: '400ms',
  } as const;
  const measurement = await run(server.url, options);
  // Its own cost is the fixture's: how busy this machine is belongs to no lie.
  const silent = { measurement: { ...measurement, generator }, instances: [], expectedInstances: [] };
  const report = buildReport(createReportInput(measurement.attempts, silent));
  return { report, markdown: renderMarkdown(report) };
}

/** `<name>: <count>` of each row. */
function readFailures(markdown: string): string[] {
  const [, after = ''] = markdown.split('## Failures');
  const [section = ''] = after.split('\n## ');
  return [...section.matchAll(/^\| ([a-zA-Z ]+) \| (\d+) \| client \d+, after [^|]+: [^|]+ \|$/gm)].map(
    ([, name, count]) => `${name}: ${count}`,
  );
}
