import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../../contract/routes.ts';
import { type RegistryFixture, startRegistry } from '../../test/registry-fixture.ts';
import { type ServiceProcess, startServiceProcess } from '../../test/start-service-process.ts';

const test = suite('answers to what is no request');
const good = `GET ${routes.live} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
let registry: RegistryFixture;
let service: ServiceProcess;

test.before(async () => {
  registry = await startRegistry();
  service = await startServiceProcess(registry.stores, {});
});

test.after(async () => {
  await service?.close();
  await registry?.close();
});

for (const [what, sent, status] of [
  ['no HTTP', 'nonsense\r\n\r\n', 400],
  ['two Hosts', good.replace('\r\n\r\n', '\r\nHost: evil.example\r\n\r\n'), 400],
  ['two Hosts the other way round', good.replace('Host', 'host: evil.example\r\nHost'), 400],
  ['no Host', `GET ${routes.live} HTTP/1.1\r\nConnection: close\r\n\r\n`, 400],
  ['a head that is too long', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ['an expectation', good.replace('\r\n\r\n', '\r\nExpect: more\r\nConnection: close\r\n\r\n'), 417],
] as const) {
  test(`the answer to ${what} is ${status}, has the headers of every answer, and ends the connection`, async () => {
    const answer = await exchange(sent);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(answer, /^Connection: close\r$/im);
    assert.match(answer, /^X-Content-Type-Options: nosniff\r$/im);
    assert.match(answer, /^Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r$/im);
    assert.match(answer, /^Cross-Origin-Resource-Policy: same-origin\r$/im);
  });
}

test('what is no request, behind a request that is not answered yet, does not become its answer', async () => {
  assert.is(await exchange(`${good}nonsense\r\n\r\n`), '');
  assert.match(await exchange(good.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')), /^HTTP\/1\.1 200 /);
});

/** All that comes until the connection ends, however it does. */
async function exchange(sent: string): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(sent);
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const inTime = await Promise.race([ended.then(() => true), sleep(5_000, false, { ref: false })]);
  socket.destroy();
  assert.ok(inTime, `the connection is open after 5 s: ${answer}`);
  return answer;
}

test.run();
