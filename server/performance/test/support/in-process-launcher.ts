import { measureLoad, type startCalibrator } from '../../../../bench/index.ts';
import type { Launcher } from '../../../launcher.ts';
import { createFingerprintReader } from '../../runner/describe-machine.ts';
import { runShard } from '../../runner/run-shard.ts';
import type { TestStores } from './start-stores.ts';

/** Runs the runner in this process, which spares its start; what it warns of is collected. */
export function createInProcessLauncher(
  { runs, documents, models, stores }: TestStores,
  options: { readTargetUrl: () => string; startCalibrator: typeof startCalibrator },
): Launcher & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    warnings,
    async launch({ run_id }) {
      const context = {
        runner: `in process, of ${run_id}`,
        runs,
        documents,
        models,
        measureLoad,
        startCalibrator: options.startCalibrator,
        targetUrl: options.readTargetUrl(),
        launchTimeoutSeconds: 20,
        readFingerprints: createFingerprintReader({ backend: 'embedded', computeBackend: 'local' }),
        modelsBucket: stores.modelsBucket,
        readStoresCounts: async () => ({ s3: null, dynamodb: null }),
        warn: (message: string) => warnings.push(message),
      };
      void runShard(context, run_id, new AbortController());
    },
    mostRunners: 64,
    describeRunners: async () => [],
    stopRunners: async () => {},
    listRuns: async () => [],
  };
}
