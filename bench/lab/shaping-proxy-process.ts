import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { shapingSchema } from '../../contract/store-counts.ts';
import { createShapingProxy } from './shaping-proxy.ts';

/**
 * The shaping proxy, a process of its own: arguments are the target's URL and the shaping as JSON. Tells its port over
 * the IPC channel, and is gone as soon as its parent is.
 */
process.on('disconnect', () => process.exit(0));

const [targetUrl = '', shaping = ''] = process.argv.slice(2);
const server = createShapingProxy(targetUrl, shapingSchema.parse(JSON.parse(shaping)));
await once(server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }), 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });
