import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildReport } from '../report/build-report.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import type { ScenarioOptions } from '../scenario/scenario-options.ts';
import { createReportInput } from './burst-fixture.ts';
import { answerWith, body, closeRawServers, run, serveRaw, whole } from './support/raw-server.ts';

const test = suite('late answers');
test.after(closeRawServers);

test('a second answer that comes late and shifts all others makes the run invalid', async () => {
  const server = await serveRaw((socket, request) => {
    if (request === 1) setTimeout(() => socket.write(whole), 20);
    setTimeout(() => socket.write(whole), 40);
  });
  const { attempts, wire, report } = await runAndReport(server.url, { iterations: 6 });
  assert.is(attempts.length, 6);
  assert.is(wire?.discarded, whole.length);
  assert.is(report.verdict.value, 'invalid');
  assert.match(report.verdict.reasons.join(), 'answers beyond requests: 1 instead of 0');
});

test('a second answer to the only request of a client is found, while others still run or not', async () => {
  for (const othersMs of [1, 300]) {
    const server = await serveRaw((socket, request) => {
      const answer = () => socket.write(whole);
      setTimeout(answer, request === 0 ? 100 : othersMs);
      if (request === 0) setTimeout(() => setTimeout(answer, 50), 100);
    });
    const { report } = await runAndReport(server.url, { vus: 2, iterations: 1 });
    assert.match(report.verdict.reasons.join(), 'answers beyond requests: 1 instead of 0');
  }
});

test('what an idle connection says much later is no answer beyond the requests', async () => {
  const server = await serveRaw((socket, request) => {
    socket.write(whole);
    if (request === 0) setTimeout(() => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'), 400);
  });
  const load = { executor: 'constant-arrival-rate', rate: 2, duration: '1s', preAllocatedVUs: 1 } as const;
  const { report } = await runAndReport(server.url, load);
  assert.is(report.black_box.identities.find(({ name }) => name === 'answers beyond requests')?.holds, true);
});

test('an answer that names another request is stitched, and the rows behind it tell of their own answers', async () => {
  const server = await serveRaw((socket, request, head) => {
    const answer = (to: string) => socket.write(answerWith(body, `x-request-id: ${findId(to)}`));
    if (request === 1) setTimeout(() => answer(server.requests[0] ?? ''), 20);
    setTimeout(() => answer(head), 40);
  });
  const { attempts, report } = await runAndReport(server.url, { iterations: 4 });
  assert.equal(
    attempts.map(({ outcome, error }) => error ?? outcome),
    ['ok', 'an answer to request 0', 'ok', 'ok'],
  );
  assert.is(attempts[1]?.outcome, 'stitched');
  assert.ok(report.black_box.identities.every(({ exact, holds }) => holds || !exact));
});

test('requests are named apart, and a service that names them in its own way is none the worse', async () => {
  const server = await serveRaw((socket, request) =>
    socket.write(answerWith(body, `x-request-id: ${request + 7}`)),
  );
  const { attempts } = await run(server.url, { vus: 3, iterations: 3 });
  assert.ok(attempts.every(({ outcome }) => outcome === 'ok'));
  assert.is(new Set(server.requests.map(findId)).size, 9);
  assert.ok(server.requests.every((head) => /^[0-9a-f]{8}\.[0-8]$/.test(findId(head))));
});

test('a scenario that names its requests itself is left to it', async () => {
  const server = await serveRaw((socket) => socket.write(answerWith(body, 'x-request-id: mine')));
  const request = { path: '/', headers: { 'X-Request-ID': 'mine' } };
  const [attempt] = (await run(server.url, { request })).attempts;
  assert.is(attempt?.outcome, 'ok');
  assert.is(server.requests[0]?.toLowerCase().split('x-request-id').length, 2);
});

test('a redirect that answers another request is not followed', async () => {
  let first = '';
  const server = await serveRaw((socket, _request, head) => {
    first ||= findId(head);
    if (head.startsWith('GET /there')) socket.end(whole);
    else
      socket.write(`HTTP/1.1 302 F\r\nlocation: /there\r\ncontent-length: 0\r\nx-request-id: ${first}\r\n\r\n`);
  });
  const { attempts } = await run(server.url, { iterations: 2 });
  assert.equal(
    attempts.map(({ outcome }) => outcome),
    ['ok', 'stitched'],
  );
});

test.run();

function findId(head: string): string {
  return /x-request-id: (.*)\r\n/.exec(head)?.[1] ?? '';
}

async function runAndReport(url: string, options: Partial<ScenarioOptions>) {
  const measurement = await run(url, options);
  const given = { name: 'test', executor: 'per-vu-iterations', ...options } as ScenarioOptions;
  const scenario = defineScenario(given);
  const report = buildReport(createReportInput(measurement.attempts, { measurement, scenario }));
  return { ...measurement, report };
}
