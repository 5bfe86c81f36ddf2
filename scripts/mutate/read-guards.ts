import { readdir, readFile } from 'node:fs/promises';
import { UsageError } from '../../bench/cli/exit-codes.ts';

export interface Guard {
  /** Of the patch's file, without its ending. */
  readonly name: string;
  readonly patchPath: string;
  /** What holds as long as the guard is there, in words. */
  readonly promise: string;
  /** The test file, and a part of the title of the test in it that has to fail without the guard. */
  readonly testPath: string;
  readonly title: string;
  /** The files that the patch changes. */
  readonly changes: readonly string[];
}

const guardsFolder = 'scripts/mutate/guards';

/**
 * The guards whose name or test file contains one of the patterns; all of them without a pattern.
 * @throws {UsageError} when a pattern matches none.
 * @throws {Error} when a patch does not begin as it has to; all faults together.
 */
export async function readGuards(patterns: readonly string[] = []): Promise<Guard[]> {
  const files = (await readdir(guardsFolder)).filter((file) => file.endsWith('.patch')).sort();
  const read = await Promise.all(files.map(readGuard));
  const faults = read.filter((guard) => typeof guard === 'string');
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const guards = read.filter((guard) => typeof guard !== 'string');
  const unmatched = patterns.filter((pattern) => !guards.some((guard) => matches(guard, pattern)));
  if (unmatched.length > 0) {
    throw new UsageError(`no guard's name or test file contains "${unmatched.join('" or "')}"`);
  }
  return guards.filter((guard) => patterns.length === 0 || patterns.some((pattern) => matches(guard, pattern)));
}

const header = /^Guard: (?<promise>.+)\nTest: (?<testPath>.+)\nTitle: (?<title>.+)\n\ndiff --git /;

async function readGuard(file: string): Promise<Guard | string> {
  const patchPath = `${guardsFolder}/${file}`;
  const text = await readFile(patchPath, 'utf8');
  const { promise, testPath, title } = text.match(header)?.groups ?? {};
  if (promise === undefined || testPath === undefined || title === undefined) {
    return `${patchPath} has to begin with the lines "Guard: …", "Test: …", "Title: …", an empty one and the diff.`;
  }
  const changes = [...text.matchAll(/^diff --git a\/(\S+) /gm)].map(([, path = '']) => path);
  return { name: file.replace(/\.patch$/, ''), patchPath, promise, testPath, title, changes };
}

function matches({ name, testPath }: Guard, pattern: string): boolean {
  return name.includes(pattern) || testPath.includes(pattern);
}
