import { loadavg } from 'node:os';
import { exitCodes, UsageError } from '../bench/cli/exit-codes.ts';
import { sentence } from '../bench/report/markdown/markdown.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { readValidation } from './validate/read-validation.ts';
import type { ValidationResult } from './validate/validation.ts';

/** On an idle machine it is far below. */
const mostLoad = 0.5;

/**
 * `npm run validate -- <name>`: puts one claim about the load engine or the service to the test on this machine. The table and what
 * was held against a limit go to stdout, progress to stderr. Exits 0 when all holds, 1 when something does not, 104 on wrong
 * usage, 105 when interrupted, at once: what it started ends with it.
 */
listenForInterruption().addEventListener('abort', () => process.exit(exitCodes.interrupted));
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  try {
    const wanted = readValidation(argv);
    if (wanted === null) return exitCodes.ok;
    const { validation, rounds } = wanted;
    console.error(`${sentence(validation.claim)} This takes about ${validation.seconds} s.`);
    const [load = 0] = loadavg();
    if (load > mostLoad) console.error(`Other programs are busy (load ${load.toFixed(1)}): they disturb this.`);
    return print(validation.name, await validation.run((text) => console.error(text), rounds));
  } catch (error) {
    console.error((error as Error).message);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.runFailed;
  }
}

function print(name: string, { table, judgements }: ValidationResult): number {
  console.log(`${table}\n`);
  for (const { text, holds } of judgements) console.log(`${holds ? 'ok  ' : 'FAIL'}  ${text}`);
  const passed = judgements.every(({ holds }) => holds);
  console.log(`${passed ? 'PASS' : 'FAIL'}  ${name}`);
  return passed ? exitCodes.ok : exitCodes.runFailed;
}
