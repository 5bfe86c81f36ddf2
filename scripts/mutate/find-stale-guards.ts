import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Guard } from './read-guards.ts';

export interface StaleGuard {
  readonly guard: Guard;
  readonly faults: readonly string[];
}

/** The guards whose patch no longer applies to the working tree, or whose test is not where it is said to be. */
export async function findStaleGuards(guards: readonly Guard[]): Promise<StaleGuard[]> {
  const checked = await Promise.all(
    guards.map(async (guard) => ({
      guard,
      faults: [...(await checkPatch(guard)), ...(await checkTest(guard))],
    })),
  );
  return checked.filter(({ faults }) => faults.length > 0);
}

/** What is wrong, and how it is put right. */
export function describeStale({ name, patchPath, changes }: Guard, faults: readonly string[]): string {
  return [
    `${name}: ${faults.join('; ')}`,
    `  To renew it: take the guard out of ${changes.join(' and ')} by hand, write the output of`,
    `  git diff -U1 -- ${changes.join(' ')}`,
    `  below the first four lines of ${patchPath}, and put the guard back.`,
  ].join('\n');
}

async function checkPatch({ patchPath }: Guard): Promise<string[]> {
  const { failed, stderr } = await execa('git', ['apply', '--check', patchPath], { reject: false });
  return failed ? [`the patch no longer applies: ${stderr.split('\n')[0]}`] : [];
}

/** A title is put together at times, from what the file imports: a part of it has to stand in one of the two. */
async function checkTest({ testPath, title }: Guard): Promise<string[]> {
  const source = await readFile(testPath, 'utf8').catch(() => null);
  if (source === null) return [`there is no ${testPath}`];
  const paths = [...source.matchAll(/ from '(\.[^']+)'/g)].map(([, path = '']) =>
    join(dirname(testPath), path),
  );
  const imported = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return [source, ...imported].some((text) => text.includes(title))
    ? []
    : [`${testPath} has no test "${title}"`];
}
