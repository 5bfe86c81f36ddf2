import { Console } from 'node:console';
import { exitCodes } from '../bench/cli/exit-codes.ts';
import { main } from '../bench/cli.ts';
import { planStage } from './lab/plan-stage.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { startLocalService } from './local-service.ts';

/** `npm run bench`: the command line of bench/, given what it needs to start a whole registry on this machine. */
// Results alone go to stdout; what a scenario's own code logs is none.
Object.assign(console, new Console(process.stderr));
// A reader such as `head` may leave before the end; what else was lost is known at the end.
process.stdout.on('error', () => {});
const interruption = listenForInterruption(() =>
  process.stderr.write('\nStopping in order; once more to leave at once.\n'),
);

const exitCode = await main({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption,
  startLocalService,
  stage: planStage,
});
// A timer that a scenario file left running would hold the process up; a slow reader is waited for.
process.stdout.write('', (error?: NodeJS.ErrnoException | null) => {
  const isLost = error != null && error.code !== 'EPIPE';
  if (isLost) process.stderr.write(`The results could not be written: ${error.message}\n`);
  process.stderr.write('', () => process.exit(isLost ? exitCodes.runFailed : exitCode));
});
