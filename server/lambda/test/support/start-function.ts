import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { EnvironmentOf } from '../../../../contract/environment.ts';
import { bundleFunction } from '../../../../infra/bundle-function.ts';
import type { StoreNames } from '../../../config.ts';
import { startParameterStore } from './parameter-store.ts';

export interface FunctionProcess {
  readonly url: string;
  readMemory(): Promise<{ rss: number; arrayBuffers: number; acceptedBytes: number }>;
  readLog(): string;
  close(): Promise<void>;
}

export const triggerToken = 'a-token-of-the-function-tests';
const parameterName = '/modelrig/test/trigger-token';
const runtimePath = fileURLToPath(new URL('./lambda-runtime.ts', import.meta.url));

/**
 * The bundle of the function under a stand-in for Lambda's runtime, in a process of its own, on the stores to which
 * this process's AWS environment leads.
 * @throws {Error} with what it logged when its start fails.
 */
export async function startFunction(
  stores: StoreNames,
  settings: Partial<EnvironmentOf<'service', 'lambda'>> = {},
): Promise<FunctionProcess> {
  // Alone as on Lambda, where no package lies above it.
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-function-'));
  await cp(bundleFunction(), folder, { recursive: true });
  const parameters = await startParameterStore({ [parameterName]: triggerToken });
  const own: EnvironmentOf<'service', 'lambda'> = {
    COMPUTE_BACKEND: 'lambda',
    MODELS_BUCKET: stores.modelsBucket,
    RUNS_BUCKET: stores.runsBucket,
    MODELS_TABLE: stores.modelsTable,
    RUNS_TABLE: stores.runsTable,
    TRIGGER_TOKEN_PARAMETER: parameterName,
    ALLOWED_CIDRS: '0.0.0.0/0',
    LOG_LEVEL: 'error',
    RUNNER_CLUSTER: 'cluster',
    RUNNER_TASK_FAMILY: 'runner',
    RUNNER_CONTAINER: 'runner',
    RUNNER_SUBNETS: 'subnet-0123abcd',
    RUNNER_SECURITY_GROUPS: 'sg-0123abcd',
    ...settings,
  };
  const child = execa(process.execPath, ['--expose-gc', runtimePath, join(folder, 'lambda.mjs')], {
    env: { ...own, AWS_ENDPOINT_URL_SSM: parameters.url },
    stdin: 'ignore',
    buffer: false,
    reject: false,
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const close = async () => {
    child.kill('SIGKILL');
    await child;
    await parameters.close();
    await rm(folder, { recursive: true, force: true });
  };
  const ended = child.then(() => null);
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (line === null) {
    await close();
    throw new Error(`The function did not start:\n${log}`);
  }
  const { url } = JSON.parse(line[0]) as { url: string };
  return {
    url,
    readMemory: async () =>
      (await fetch(`${url}/__memory`)).json() as ReturnType<FunctionProcess['readMemory']>,
    readLog: () => log,
    close,
  };
}
