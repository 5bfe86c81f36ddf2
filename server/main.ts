import cluster from 'node:cluster';
import './stop-signals.ts';
import { ConfigurationError, readServiceConfig, type ServiceConfig } from './config.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * The registry service, on Fargate and locally: one process, or a primary one with its workers. Prints one JSON line with
 * its `url` once all of it listens. What is wrong with the configuration is said once, with exit code 104.
 */
const config = readConfigOrExit();

// The primary process needs nothing of what its workers serve with.
if (cluster.isWorker) (await import('./serve-as-worker.ts')).serveAsWorker(config, process.env);
else if (config.workers > 1) await (await import('./lead-workers.ts')).leadWorkers(config, process.env);
else await (await import('./serve-alone.ts')).serveAlone(config, process.env);

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
