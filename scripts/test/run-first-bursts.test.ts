import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Terminal } from '../../bench/cli/terminal.ts';
import { routes } from '../../contract/routes.ts';
import type { RunStatus } from '../../contract/run-status.ts';
import { toResults } from '../../server/performance/results.ts';
import { makeRun } from '../../server/performance/test/support/make-run.ts';
import { runFirstBursts } from '../run-first-bursts.ts';

const test = suite('first bursts');
let server: Server;
let said: string;
/** What the service does with a question; null for an answer that it would give. */
let refuse: (method: string, count: number) => { status: number; keepsRun?: boolean } | null;
let ends: RunStatus[];
let runs: { id: string; looks: number; status: RunStatus }[];

test.before.each(async () => {
  [said, runs, ends, refuse] = ['', [], ['completed', 'completed', 'completed'], () => null];
  let count = 0;
  server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    count += 1;
    const refusal = refuse(method, count);
    const begin = () => {
      const id = randomUUID();
      runs.unshift({ id, looks: 0, status: ends[runs.length] ?? 'completed' });
      return { run_id: id, status: 'started', estimated_completion: new Date().toISOString() };
    };
    request.resume();
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (refusal !== null) {
      if (refusal.keepsRun) begin();
      const text = 'DynamoDB gave no answer.';
      send(refusal.status, { type: 'about:blank', title: 'Unavailable', status: refusal.status, detail: text });
    } else if (method === 'POST') send(202, begin());
    else if (url.startsWith(`${routes.results}?`)) {
      send(200, { runs: runs.map((run) => describe(run)), next_cursor: null });
    } else {
      const run = runs.find(({ id }) => url.endsWith(id));
      if (run) run.looks += 1;
      send(200, run ? describe(run) : {});
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

test.after.each(() => {
  server.closeAllConnections();
  server.close();
});

test('three bursts are made although the service is too busy to answer every second question', async () => {
  refuse = (method, count) => (method === 'GET' && count % 2 === 0 ? { status: 503 } : null);
  await make();
  assert.is(runs.length, 3);
  assert.match(said, /burst +3 of 3: http/);
  assert.not.match(said, 'left out');
});

test('a burst that began although its answer did not come in time is followed, not begun again', async () => {
  let isFirst = true;
  refuse = (method) => {
    if (method !== 'POST' || !isFirst) return null;
    isFirst = false;
    return { status: 503, keepsRun: true };
  };
  await make();
  assert.is(runs.length, 3);
});

test('a burst that fails is told with its reason, and the others are made', async () => {
  ends = ['completed', 'failed', 'completed'];
  await make();
  assert.is(runs.length, 3);
  assert.match(said, /burst +2 of 3 failed: It was killed\./);
  assert.match(said, /burst +3 of 3: http/);
});

test('what is left out when another run holds the place is told, with where runs can be started', async () => {
  refuse = (method) => (method === 'POST' && runs.length === 1 ? { status: 409 } : null);
  await make();
  assert.match(
    said,
    /burst +2 of 3 left out: DynamoDB gave no answer\. Runs can be started at http.*dashboard/,
  );
});

test.run();

async function make(): Promise<void> {
  const stream = { isTTY: false, write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream;
  const { port } = server.address() as AddressInfo;
  const service = { url: `http://127.0.0.1:${port}`, token: null };
  await runFirstBursts(service, new Terminal(stream), new AbortController().signal);
}

function describe({ id, looks, status }: { id: string; looks: number; status: RunStatus }) {
  const failure_reason = status === 'failed' ? 'It was killed.' : null;
  const ended = { status, failure_reason, completed_at: new Date().toISOString() };
  return toResults(makeRun({ run_id: id, ...(looks < 2 ? {} : ended) }), null);
}
