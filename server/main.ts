import { assembleService, type Service } from './assemble.ts';
import { ConfigurationError, readServiceConfig, type ServiceConfig } from './config.ts';

/** The registry service, on Fargate and locally. Prints one JSON line with its `url` once it listens. */
const exitCodes = { failed: 1, usage: 104 } as const;

const config = readConfigOrExit();
const service = assembleService(config, process.env);
const url = await listenOrExit(service, config);
process.stdout.write(`${JSON.stringify({ url })}\n`);

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // A second signal does not wait for downloads in flight.
    if (stopping) process.exit(exitCodes.failed);
    stopping = true;
    service.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = exitCodes.failed;
    });
  });
}

function readConfigOrExit(): ServiceConfig {
  try {
    const read = readServiceConfig(process.env);
    if (read.computeBackend !== 'lambda') return read;
    throw new ConfigurationError([
      'COMPUTE_BACKEND is "lambda", where server/lambda.ts serves; this program serves on local and fargate',
    ]);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCodes.usage);
  }
}

async function listenOrExit(listening: Service, { host, port }: ServiceConfig): Promise<string> {
  try {
    return await listening.listen();
  } catch (error) {
    process.stderr.write(`${describeListenError(error as NodeJS.ErrnoException, host, port)}\n`);
    process.exit(exitCodes.failed);
  }
}

function describeListenError(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `PORT is ${port}, which is taken on ${host}; choose another, or 0 for any free one.`;
  if (error.code === 'EACCES')
    return `PORT is ${port}, which this user may not listen on; choose one from 1024.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `HOST is "${host}", which is no address of this machine.`;
  return `The service cannot listen on ${host}:${port}: ${error.message}`;
}
