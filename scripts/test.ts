import { glob } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { exitCodes } from '../bench/cli/exit-codes.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { prepareStandIn } from './localstack/prepare-stand-in.ts';
import { fileLimitSeconds } from './testing/file-limit.ts';
import { mixFiles } from './testing/mix-files.ts';
import { printSummary } from './testing/print-summary.ts';
import { runChecks } from './testing/run-checks.ts';
import type { TestFile } from './testing/run-test-file.ts';
import { places, runTestFiles } from './testing/run-test-files.ts';

/**
 * `npm test`: the checks, beside them every test file in a process of its own, and those of the registry once more
 * against the stand-in for LocalStack. Last line: `N passed, N failed`.
 */
const command = new Command('npm test --')
  .description('Run the checks and all test files, or only the files whose path contains one of the patterns.')
  .argument('[patterns...]', 'parts of file paths; the checks are left out when any is given')
  .option('--file-limit <seconds>', 'how long one file may take', readSeconds, fileLimitSeconds)
  .configureOutput({ writeOut: (text) => process.stderr.write(text) })
  .parse();
const patterns = command.args;
const { fileLimit: limitSeconds } = command.opts<{ fileLimit: number }>();

const isWhole = patterns.length === 0;
const print = (text: string) => console.log(text);

const files = await findFiles(patterns);
const interruption = listenForInterruption();
const checking = isWhole ? runChecks(print) : Promise.resolve([]);
const preparing = isWhole ? prepareStandIn(interruption) : Promise.resolve(null);
const results = await runTestFiles(listFiles(), limitSeconds, print, interruption, checking);
const checks = await checking;
const standIn = await preparing;
await standIn?.stop();
if (interruption.aborted) process.exit(exitCodes.interrupted);

const unmatched = patterns.filter((pattern) => !files.some(({ path }) => path.includes(pattern)));
const faults = [
  ...unmatched.map((pattern) => `no test file's path contains "${pattern}"`),
  ...(standIn?.fault ? [`test:localstack: ${standIn.fault}`] : []),
];
for (const fault of faults) print(`FAIL  ${fault}`);
process.exitCode = printSummary({
  files: results,
  passedChecks: checks.filter((check) => check.passed).length,
  failedChecks: checks.filter((check) => !check.passed).length + faults.length,
  skips: standIn?.unavailable ? [`test:localstack: ${standIn.unavailable}`] : [],
});

function readSeconds(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Allowed: a whole number of seconds from 1 to 9999.');
}

/** Those for the stand-in last: it is prepared while the others run. */
async function* listFiles(): AsyncGenerator<TestFile> {
  yield* files;
  yield* (await preparing)?.files ?? [];
}

/** Fixtures are test files that fail on purpose: they run only when a pattern names them. */
async function findFiles(wanted: readonly string[]): Promise<TestFile[]> {
  const found: string[] = [];
  for await (const file of glob('{contract,bench,server,infra,scripts}/**/test/**/*.test.ts')) found.push(file);
  const namesFixtures = wanted.some((pattern) => pattern.includes('fixtures'));
  const sorted = found
    .filter((file) => namesFixtures || !file.includes('/fixtures/'))
    .filter((file) => wanted.length === 0 || wanted.some((pattern) => file.includes(pattern)))
    .sort();
  return mixFiles(sorted, places).map((path) => ({ path }));
}
