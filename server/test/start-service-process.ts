import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { VariableName } from '../../contract/environment.ts';
import { serviceArguments, serviceOptions, stopService } from '../../scripts/service-process.ts';
import type { StoreNames } from '../config.ts';

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** Its exit code, when it has ended; undefined where a signal ended it. */
  readonly ended: Promise<number | undefined>;
  /** What it wrote to its log so far. */
  readLog(): string;
  kill(signal: NodeJS.Signals): void;
  close(): Promise<void>;
}

/** Of the service, and of Node itself. */
export type ProcessSettings = Partial<Record<VariableName | 'NODE_OPTIONS', string>>;

export interface ProcessOptions {
  /** Runs before it in the same shell: a limit of resources, where a test needs one. */
  readonly prelude?: string;
}

/** The service as a process of its own, on the stores to which this process's AWS environment leads. */
export async function startServiceProcess(
  stores: StoreNames,
  settings: ProcessSettings,
  { prelude }: ProcessOptions = {},
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
  const options = { ...serviceOptions, env };
  const service =
    prelude === undefined
      ? execa(process.execPath, serviceArguments, options)
      : execa('sh', ['-c', `${prelude}; exec "$0" "$@"`, process.execPath, ...serviceArguments], options);
  const { pid } = service;
  if (pid === undefined) {
    throw new Error(`The service could not be started: ${(await service).shortMessage}`);
  }
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
    pid,
    ended: service.then(({ exitCode }) => exitCode),
    readLog: () => log,
    // Execa's own `kill` has SIGKILL follow after five seconds.
    kill: (signal) => void process.kill(pid, signal),
    close: () => stopService(service, 2_000),
  };
}
