import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileResult, runTestFile } from '../testing/run-test-file.ts';
import type { Guard } from './read-guards.ts';

/** What runs in a copy of the tree: the test file of a guard, or of all its tests the named one. */
export interface TestRun {
  readonly folder: string;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
}

/** Runs the named test without the others of its file; null where its title is put together, so that no line has it. */
export async function runNamedTest(
  { testPath, title }: Pick<Guard, 'testPath' | 'title'>,
  { folder, limitSeconds, signal }: TestRun,
): Promise<FileResult | null> {
  const path = join(folder, testPath);
  const source = await readFile(path, 'utf8');
  const alone = source.replace(/^ *test(?=\(.*)/gm, (start, offset: number) => {
    const line = source.slice(offset, source.indexOf('\n', offset));
    return line.includes(title) ? `${start}.only` : start;
  });
  if (alone === source) return null;
  await writeFile(path, alone);
  try {
    return await runTestFile({ path: testPath, folder, leavesTestsOut: true }, limitSeconds, signal);
  } finally {
    await writeFile(path, source);
  }
}

export function runAllTests(
  { testPath }: Pick<Guard, 'testPath'>,
  { folder, limitSeconds, signal }: TestRun,
): Promise<FileResult> {
  return runTestFile({ path: testPath, folder }, limitSeconds, signal);
}
