import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureLoad } from '../../../../bench/index.ts';
import { createAwsClients } from '../../../aws/clients.ts';
import { createDocumentStore } from '../../../aws/document-store.ts';
import { readTaskArn } from '../../../aws/ecs/read-task-arn.ts';
import { createModelStore } from '../../../aws/model-store.ts';
import { createRunStore } from '../../../aws/run-store.ts';
import { readRunnerConfig } from '../../../config.ts';
import { createFingerprintReader } from '../../runner/describe-machine.ts';
import { runShard } from '../../runner/run-shard.ts';

/**
 * The runner with two changes: it does not measure its ceiling, and the first one that comes to the point named by HOLD_AT
 * stays there, heart beating, after it has written its process id to the file HOLD_FILE, until there is one of that name with
 * `.free` behind it.
 */
const { HOLD_AT, HOLD_FILE = '' } = process.env;

async function hold(point: string): Promise<void> {
  if (point !== HOLD_AT) return;
  try {
    writeFileSync(HOLD_FILE, String(process.pid), { flag: 'wx' });
  } catch {
    return;
  }
  while (!existsSync(`${HOLD_FILE}.free`)) await sleep(50);
}

const config = readRunnerConfig(process.env);
const clients = createAwsClients();
const documents = createDocumentStore(clients.s3, config.stores.runsBucket);
const ceiling = { bytes_per_second: 1e9, requests_per_second: 1e4, cpu_seconds_per_gb: 0.2 };
const isDone = await runShard(
  {
    runner: (await readTaskArn(process.env)) ?? `pid ${process.pid}`,
    runs: createRunStore(clients.dynamodb, config.stores.runsTable, documents),
    documents: {
      ...documents,
      async write(key, body, mediaType) {
        if (key.includes('/parts/')) await hold('part');
        if (key.endsWith('report.json')) await hold('report');
        return documents.write(key, body, mediaType);
      },
    },
    models: createModelStore(clients.dynamodb, config.stores.modelsTable),
    async measureLoad(order) {
      const measurement = await measureLoad(order);
      await hold('loading');
      return measurement;
    },
    startCalibrator: async () => ({
      async measureCeiling() {
        await hold('calibration');
        return ceiling;
      },
      stop: async () => {},
    }),
    targetUrl: config.targetUrl,
    launchTimeoutSeconds: config.launchTimeoutSeconds,
    readFingerprints: createFingerprintReader({ backend: 'embedded', computeBackend: config.computeBackend }),
    modelsBucket: config.stores.modelsBucket,
    readStoresCounts: async () => ({ s3: null, dynamodb: null }),
    warn: (message) => process.stderr.write(`${message}\n`),
  },
  process.argv[2] ?? '',
  new AbortController(),
);
process.exit(isDone ? 0 : 1);
