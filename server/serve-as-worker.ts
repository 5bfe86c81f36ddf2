import { assembleService, type Service } from './assemble.ts';
import type { ServiceConfig } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import { listenOrExit } from './listen-or-exit.ts';
import { onStopSignal } from './stop-signals.ts';
import { createPartner } from './workers/partner.ts';
import type { PrimaryQuestions, WorkerQuestions } from './workers/questions.ts';
import { createWorkerPlace, type WorkerPlace } from './workers/worker-place.ts';

/** One of the service's workers: serves when the primary process says so, and ends with it, however that ends. */
export function serveAsWorker(config: ServiceConfig, environment: NodeJS.ProcessEnv): void {
  const starting = Promise.withResolvers<Service>();
  const primary = createPartner<PrimaryQuestions, WorkerQuestions>(process, {
    async start(asked) {
      const service = assembleOrExit(config, environment, createWorkerPlace(asked, primary));
      const url = await listenOrExit(service, config);
      starting.resolve(service);
      return url;
    },
    giveSign: async () => null,
    readUse: async () => (await starting.promise).readUse(),
    readMetrics: async () => (await starting.promise).readMetrics(),
  });
  // Until it listens nothing else keeps the process alive. Once the primary one has gone, node:cluster ends it.
  process.channel?.ref();

  let isStopping = false;
  onStopSignal((signal) => {
    // A terminal interrupts all processes, and the primary one tells the workers.
    if (signal === 'SIGINT' || isStopping) return;
    isStopping = true;
    void leave(starting.promise);
  });
}

/** A refusal alone would leave the process behind. */
function assembleOrExit(config: ServiceConfig, environment: NodeJS.ProcessEnv, place: WorkerPlace): Service {
  try {
    return assembleService(config, environment, place);
  } catch (error) {
    console.error(error);
    process.exit(exitCodes.failed);
  }
}

async function leave(starting: Promise<Service>): Promise<void> {
  try {
    await (await starting).close();
    process.exit();
  } catch (error) {
    console.error(error);
    process.exit(exitCodes.failed);
  }
}
