import { fileURLToPath } from 'node:url';
import type { Launcher } from './launcher.ts';
import { createLocalLauncher } from './performance/local-launcher.ts';

const runnerPath = fileURLToPath(new URL('./runner.ts', import.meta.url));

/** Runners as children of this process, which load the service where it is reached. */
export function assembleLocalLauncher(environment: NodeJS.ProcessEnv, readUrl: () => string): Launcher {
  return createLocalLauncher({
    runnerPath,
    environment,
    // Behind a proxy or a load balancer it is reached elsewhere than where it listens.
    readTargetUrl: () => environment.TARGET_URL || readUrl(),
  });
}
