import { exitCodes } from '../bench/cli/exit-codes.ts';
import { main } from '../bench/cli.ts';
import { startLocalService } from './local-service.ts';

/** `npm run bench`: the command line of bench/, given what it needs to start a whole registry on this machine. */
// A reader such as `head` may leave before the end.
process.stdout.on('error', () => {});
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second one does not wait; children end with the channel to their parent.
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write('\nStopping in order; once more to leave at once.\n');
    controller.abort();
  });
}

process.exitCode = await main({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
  startLocalService,
});
