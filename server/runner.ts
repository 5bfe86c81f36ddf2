import { measureLoad, readStoreCounts, startCalibrator } from '../bench/index.ts';
import type { StoresCounts } from '../contract/store-counts.ts';
import { createAwsClients } from './aws/clients.ts';
import { describeBackend } from './aws/describe-backend.ts';
import { createDocumentStore } from './aws/document-store.ts';
import { readTaskArn } from './aws/ecs/read-task-arn.ts';
import { createModelStore } from './aws/model-store.ts';
import { createRunStore } from './aws/run-store.ts';
import { ConfigurationError, type RunnerConfig, readRunnerConfig } from './config.ts';
import { createFingerprintReader } from './performance/runner/describe-machine.ts';
import { runShard } from './performance/runner/run-shard.ts';
import { RunStopped } from './performance/runner/run-stopped.ts';

/** `runner.ts <run_id>`: takes a shard of the run. Exits 0 when it is done, 1 when it failed, 104 on wrong usage. */
const exitCodes = { done: 0, failed: 1, usage: 104 } as const;

// The service that reads our stderr may be gone; that is no reason to end.
process.stderr.on('error', () => {});
process.exit(await main());

async function main(): Promise<number> {
  const [runId, ...rest] = process.argv.slice(2);
  if (runId === undefined || rest.length > 0 || !/^[0-9a-f-]{36}$/.test(runId)) {
    warn('Usage: runner.ts <run_id>, the id of a run that was triggered.');
    return exitCodes.usage;
  }
  const config = readConfig();
  if (config === null) return exitCodes.usage;

  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => controller.abort(new RunStopped('failed', `it was stopped by ${signal}.`)));
  }
  return (await run(config, runId, controller)) ? exitCodes.done : exitCodes.failed;
}

async function run(config: RunnerConfig, runId: string, controller: AbortController): Promise<boolean> {
  const clients = createAwsClients();
  const documents = createDocumentStore(clients.s3, config.stores.runsBucket);
  try {
    return await runShard(
      {
        runner: await nameRunner(),
        runs: createRunStore(clients.dynamodb, config.stores.runsTable, documents),
        documents,
        models: createModelStore(clients.dynamodb, config.stores.modelsTable),
        measureLoad,
        startCalibrator,
        targetUrl: config.targetUrl,
        launchTimeoutSeconds: config.launchTimeoutSeconds,
        readFingerprints: createFingerprintReader({
          backend: describeBackend(process.env),
          computeBackend: config.computeBackend,
        }),
        modelsBucket: config.stores.modelsBucket,
        readStoresCounts: () => readStoresCounts(process.env),
        warn,
      },
      runId,
      controller,
    );
  } finally {
    clients.destroy();
  }
}

/** Only stores of ours, at an endpoint that the environment names, count themselves. */
async function readStoresCounts(env: NodeJS.ProcessEnv): Promise<StoresCounts> {
  const ask = (url: string | undefined) => (url ? readStoreCounts(url) : null);
  const [s3, dynamodb] = await Promise.all([
    ask(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL),
    ask(env.AWS_ENDPOINT_URL_DYNAMODB || env.AWS_ENDPOINT_URL),
  ]);
  return { s3, dynamodb };
}

/** What whoever launched it calls it, too. */
async function nameRunner(): Promise<string> {
  const arn = await readTaskArn(process.env).catch((error: Error) => {
    warn(
      `The task's metadata cannot be read (${error.message}); its state in ECS will not be told from others.`,
    );
    return null;
  });
  return arn ?? `pid ${process.pid}`;
}

function readConfig(): RunnerConfig | null {
  try {
    return readRunnerConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    warn(error.message);
    return null;
  }
}

function warn(message: string): void {
  process.stderr.write(`${message}\n`);
}
