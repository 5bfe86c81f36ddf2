import { exitCodes } from '../bench/cli/exit-codes.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { takeNoArguments } from './take-no-arguments.ts';
import { printSummary } from './testing/print-summary.ts';
import { runTestFiles } from './testing/run-test-files.ts';

/** `npm run test:baseline`: the regression gate on real rounds, apart from `npm test`, for it needs a quiet machine. */
takeNoArguments(
  'npm run test:baseline',
  'Holds a commit that is 50 ms slower, and one that is not, against the commit before (needs a quiet machine; minutes).',
);
const limitSeconds = 600;

const interruption = listenForInterruption();
const files = await runTestFiles(
  [{ path: 'scripts/test/baseline/baseline-rounds.ts', env: {} }],
  limitSeconds,
  (text) => console.log(text),
  interruption,
);
process.exitCode = interruption.aborted ? exitCodes.interrupted : printSummary({ files });
