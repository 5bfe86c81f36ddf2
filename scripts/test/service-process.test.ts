import { once } from 'node:events';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { serviceOptions, stopService } from '../service-process.ts';

const test = suite('service process');
/** Longer than execa would wait before it kills. */
const drainMs = 6_000;
const program = `process.on('SIGTERM', () => setTimeout(() => process.exit(0), ${drainMs}));
setInterval(() => {}, 1_000);
process.send('ready');`;

test('a service that drains for six seconds is waited for, and ended where it takes longer than its limit', async () => {
  const [patient, hasty] = await Promise.all([stop(60_000), stop(1_000)]);
  assert.equal(patient, { exitCode: 0, signal: undefined });
  assert.equal(hasty, { exitCode: undefined, signal: 'SIGKILL' });
});

test.run();

async function stop(limitMs: number) {
  const service = execa(process.execPath, ['-e', program], serviceOptions);
  await once(service.nodeChildProcess, 'message');
  await stopService(service, limitMs);
  const { exitCode, signal } = await service;
  return { exitCode, signal };
}
