import '../local-aws/die-with-parent.ts';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createShapingProxy } from '../../bench/lab/shaping-proxy.ts';
import { shapingSchema } from '../../contract/store-counts.ts';

/**
 * A proxy before the S3 that the environment names, as slow as its argument says, a process of its own: prints the
 * environment that leads to it instead.
 */
const [shaping = '{}'] = process.argv.slice(2);
const target = process.env.AWS_ENDPOINT_URL_S3;
if (!target) throw new Error('AWS_ENDPOINT_URL_S3 is not set: there is no store to shape.');
const proxy = createShapingProxy(target, shapingSchema.parse(JSON.parse(shaping)));
await once(proxy.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }), 'listening');
const { port } = proxy.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ env: { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` } })}\n`);
process.once('SIGTERM', () => process.exit(0));
