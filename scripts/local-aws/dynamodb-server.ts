import './die-with-parent.ts';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

/** The embedded DynamoDB, a process of its own: sends its port to its parent. Argument: a data directory, or none. */
const [dataDir] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const dynalite = require('dynalite') as (options: { path?: string; createTableMs: number }) => Server;

// dynalite throws the error of a request whose client was killed while sending it: no reason to end.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'ECONNRESET') return;
  console.error(error);
  process.exit(1);
});

const server = dynalite({ createTableMs: 0, ...(dataDir ? { path: dataDir } : {}) });
// Node's five seconds make clients meet connections that are just being closed.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
