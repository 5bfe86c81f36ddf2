import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { serviceArguments, serviceOptions, stopService } from '../service-process.ts';

export interface ServiceUnderTest {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The service as it is started everywhere, on the stores of this process's environment; what it logs is read and dropped. */
export async function startServiceUnderTest(env: Readonly<Record<string, string>>): Promise<ServiceUnderTest> {
  const service = execa(process.execPath, serviceArguments, {
    ...serviceOptions,
    env: { ...process.env, ...env, HOST: '127.0.0.1', PORT: '0', COMPUTE_BACKEND: 'local' },
  });
  service.stderr.resume();
  const [line] = (await Promise.race([
    once(createInterface(service.stdout), 'line'),
    service.then(() => Promise.reject(new Error('The service ended before it listened.'))),
  ])) as [string];
  return {
    url: (JSON.parse(line) as { url: string }).url,
    pid: service.pid ?? 0,
    stop: () => stopService(service, 5_000),
  };
}
