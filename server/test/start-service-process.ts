import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { VariableName } from '../../contract/environment.ts';
import { serviceArguments, serviceOptions, stopService } from '../../scripts/service-process.ts';
import type { StoreNames } from '../config.ts';

export interface ServiceProcess {
  readonly url: string;
  /** What it wrote to its log so far. */
  readLog(): string;
  close(): Promise<void>;
}

/** The service as a process of its own, on the stores to which this process's AWS environment leads. */
export async function startServiceProcess(
  stores: StoreNames,
  settings: Partial<Record<VariableName, string>>,
): Promise<ServiceProcess> {
  const env = {
    ...process.env,
    PORT: '0',
    LOG_LEVEL: 'error',
    MODELS_BUCKET: stores.modelsBucket,
    RUNS_BUCKET: stores.runsBucket,
    MODELS_TABLE: stores.modelsTable,
    RUNS_TABLE: stores.runsTable,
    ...settings,
  };
  const service = execa(process.execPath, serviceArguments, { ...serviceOptions, env });
  let log = '';
  service.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const [line] = await Promise.race([
    once(createInterface(service.stdout), 'line'),
    service.then(() => Promise.reject(new Error(`The service ended before it listened:\n${log}`))),
  ]);
  return {
    url: JSON.parse(line).url,
    readLog: () => log,
    close: () => stopService(service, 2_000),
  };
}
