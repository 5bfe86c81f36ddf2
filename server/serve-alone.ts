import { assembleService } from './assemble.ts';
import type { ServiceConfig } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import { listenOrExit } from './listen-or-exit.ts';

/** The service as one process. */
export async function serveAlone(config: ServiceConfig, environment: NodeJS.ProcessEnv): Promise<void> {
  const service = assembleService(config, environment);
  const url = await listenOrExit(service, config);
  process.stdout.write(`${JSON.stringify({ url })}\n`);

  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal does not wait for downloads in flight.
      if (isStopping) process.exit(exitCodes.failed);
      isStopping = true;
      service.close().catch((error: unknown) => {
        console.error(error);
        process.exitCode = exitCodes.failed;
      });
    });
  }
}
