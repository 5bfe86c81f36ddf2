import { glob } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { runChecks } from './testing/run-checks.ts';
import { type FileResult, runTestFile } from './testing/run-test-file.ts';

/** `npm test`: the checks, then every test file in a process of its own. Last line: `N passed, N failed`. */
const command = new Command('npm test --')
  .description('Run the checks and all test files, or only the files whose path contains one of the patterns.')
  .argument('[patterns...]', 'parts of file paths; the checks are left out when any is given')
  .option('--file-limit <seconds>', 'how long one file may take', readSeconds, 90)
  .configureOutput({ writeOut: (text) => process.stderr.write(text) })
  .parse();
const patterns = command.args;
const { fileLimit: limitSeconds } = command.opts<{ fileLimit: number }>();

const files = await findFiles(patterns);
const checks = patterns.length === 0 ? await runChecks((line) => console.log(line)) : [];
const results = await runFiles(files);

const skips = results.flatMap((result) => result.skips);
for (const skip of skips) console.log(`skipped  ${skip}`);
const passed = sum(results, (result) => result.passed) + checks.filter((check) => check.passed).length;
const unmatched = patterns.filter((pattern) => !files.some((file) => file.includes(pattern)));
for (const pattern of unmatched) console.log(`FAIL  no test file's path contains "${pattern}"`);
const failed =
  sum(results, (result) => result.failed) + checks.filter((check) => !check.passed).length + unmatched.length;
console.log(`${passed} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function readSeconds(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Allowed: a whole number of seconds from 1 to 9999.');
}

/** Fixtures are test files that fail on purpose: they run only when a pattern names them. */
async function findFiles(wanted: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob('{contract,bench,server,infra,scripts}/**/test/**/*.test.ts')) found.push(file);
  const namesFixtures = wanted.some((pattern) => pattern.includes('fixtures'));
  return found
    .filter((file) => namesFixtures || !file.includes('/fixtures/'))
    .filter((file) => wanted.length === 0 || wanted.some((pattern) => file.includes(pattern)))
    .sort();
}

async function runFiles(queue: readonly string[]): Promise<FileResult[]> {
  const finished: FileResult[] = [];
  const waiting = [...queue];
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, limitSeconds);
      finished.push(result);
      console.log(describe(result));
    }
  };
  // One more than cores: the slow files mostly wait for leases and time limits.
  await Promise.all(Array.from({ length: Math.min(3, availableParallelism() + 1) }, worker));
  return finished;
}

function describe(result: FileResult): string {
  const { file, passed, failed, seconds, fault, output } = result;
  const line = `${failed > 0 ? 'FAIL' : 'ok  '}  ${file}  ${passed} passed  ${seconds.toFixed(1)} s`;
  return failed > 0 ? `${line}${fault ? `\n      ${file} ${fault}` : ''}\n${output}` : line;
}

function sum(list: readonly FileResult[], pick: (result: FileResult) => number): number {
  return list.reduce((total, result) => total + pick(result), 0);
}
