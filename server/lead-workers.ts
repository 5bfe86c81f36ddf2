import { assembleLocalLauncher } from './assemble-launcher.ts';
import type { ServiceConfig } from './config.ts';
import { exitCodes } from './exit-codes.ts';
import { createServiceLog } from './service-log.ts';
import { onStopSignal } from './stop-signals.ts';
import { chooseStopTimes } from './stop-times.ts';
import { choosePulseTimes } from './workers/choose-pulse-times.ts';
import { createCrew, WorkerEnded } from './workers/crew.ts';

/**
 * The service as several workers under this process, which serves nobody: it starts and replaces them, ends those that
 * hang, is the parent of runners on this machine, and ends when all have ended.
 */
export async function leadWorkers(config: ServiceConfig, environment: NodeJS.ProcessEnv): Promise<void> {
  const log = createServiceLog({ level: config.logLevel, secrets: [config.triggerToken] });
  let url = '';
  const launcher = assembleLocalLauncher(environment, () => url);
  const crew = createCrew({
    count: config.workers,
    pulse: choosePulseTimes(config),
    stopLimitMs: chooseStopTimes(config).limitMs,
    report: (line) => log.error(line),
    answers: {
      surveyUses: () => crew.survey('readUse'),
      surveyMetrics: () => crew.survey('readMetrics'),
      async launch(run) {
        await launcher.launch(run);
        return null;
      },
      describeRunners: (run) => launcher.describeRunners(run),
      async stopRunners({ runId, reason }) {
        await launcher.stopRunners(runId, reason);
        return null;
      },
      listRuns: () => launcher.listRuns(),
    },
  });

  let isStopping = false;
  onStopSignal(() => {
    if (isStopping) {
      crew.kill();
      process.exit(exitCodes.failed);
    }
    isStopping = true;
    void crew.stop().then((isInOrder) => process.exit(isInOrder ? 0 : exitCodes.failed));
  });

  try {
    url = await crew.start();
    process.stdout.write(`${JSON.stringify({ url })}\n`);
  } catch (error) {
    if (isStopping) return;
    crew.kill();
    if (!(error instanceof WorkerEnded)) throw error;
    process.exit(error.exitCode);
  }
}
