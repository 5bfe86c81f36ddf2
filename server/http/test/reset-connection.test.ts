import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { resetConnection } from '../reset-connection.ts';

const test = suite('reset connection');
let server: Server;
let client: Socket;
let accepted: Socket;

test.before.each(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [accepted] = (await once(server, 'connection')) as [Socket];
});

test.after.each(() => {
  client.destroy();
  server.close();
});

test('a client who is owed bytes sees a reset', async () => {
  accepted.write(Buffer.alloc(16 * 1024 * 1024));
  accepted.end();
  resetConnection(accepted);
  const [error] = (await once(client.resume(), 'error')) as [NodeJS.ErrnoException];
  assert.is(error.code, 'ECONNRESET');
});

test('a connection that is just being closed in order ends without an error and gives its descriptor back', async () => {
  const closed = once(accepted, 'close');
  accepted.end();
  // By then the kernel has been asked to close it, and has not answered.
  await new Promise<void>((resolve) => process.nextTick(() => process.nextTick(resolve)));
  assert.is(accepted.writableFinished, false);
  resetConnection(accepted);
  // Rejects with an error of the connection.
  await closed;
});

test.run();
