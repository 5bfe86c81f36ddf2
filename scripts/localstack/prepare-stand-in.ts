import { fileURLToPath } from 'node:url';
import type { TestFile } from '../testing/run-test-file.ts';
import { findStandInFiles } from './find-stand-in-files.ts';
import { installStandIn } from './install-stand-in.ts';
import { StandInUnavailable } from './stand-in-unavailable.ts';
import { startStandIn } from './start-stand-in.ts';

export interface PreparedStandIn {
  /** The test files that run against it. */
  readonly files: readonly TestFile[];
  /** Why it cannot run on this machine. */
  readonly unavailable: string | null;
  /** What is wrong with it. */
  readonly fault: string | null;
  stop(): Promise<void>;
}

const home = fileURLToPath(new URL('../../.localstack/', import.meta.url));

/**
 * Installs the stand-in for LocalStack where it is not there yet, and starts it. Never rejects; an interruption ends
 * the installation.
 */
export async function prepareStandIn(interruption: AbortSignal): Promise<PreparedStandIn> {
  const none = { files: [], unavailable: null, fault: null, stop: async () => {} };
  try {
    const paths = await findStandInFiles();
    const { url, stop } = await startStandIn(await installStandIn(home, interruption));
    // Read by server/test/open-test-aws.ts.
    const env = { MODELRIG_TEST_ENDPOINT: url };
    const files = paths.map((path) => ({ path, env, label: 'stand-in' }));
    return { ...none, files, stop };
  } catch (error) {
    if (error instanceof StandInUnavailable) return { ...none, unavailable: error.message };
    return { ...none, fault: String((error as Error).stack) };
  }
}
