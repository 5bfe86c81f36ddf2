import { assembleService } from './assemble.ts';
import type { ServiceConfig } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import { listenOrExit } from './listen-or-exit.ts';
import { onStopSignal } from './stop-signals.ts';

/** The service as one process. */
export async function serveAlone(config: ServiceConfig, environment: NodeJS.ProcessEnv): Promise<void> {
  const service = assembleService(config, environment);
  const listening = listenOrExit(service, config);
  let isStopping = false;
  onStopSignal(() => {
    // A second signal does not wait for downloads in flight.
    if (isStopping) process.exit(exitCodes.failed);
    isStopping = true;
    listening
      .then(() => service.close())
      .catch((error: unknown) => {
        console.error(error);
        process.exitCode = exitCodes.failed;
      });
  });
  const url = await listening;
  process.stdout.write(`${JSON.stringify({ url })}\n`);
}
