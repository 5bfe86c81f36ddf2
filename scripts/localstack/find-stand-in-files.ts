import { glob, readFile } from 'node:fs/promises';

/**
 * The slow ones first, so that none of them is alone at the end. The benchmark fills a registry, too. What a strategy of
 * `server/delivery` does with a store's answers is the same for every store, whose answers to all strategies are those of
 * the download contract.
 */
const standInPatterns = [
  'server/registry/test/*.test.ts',
  'scripts/test/bench-endpoint.test.ts',
  'server/http/test/download*.test.ts',
  'scripts/publish/test/*.test.ts',
  'server/aws/test/*.test.ts',
  'server/http/test/publish*.test.ts',
  'server/http/test/model*.test.ts',
  'server/http/test/redirect.test.ts',
];
/** What opens the stores that `openTestAws` chooses: files without it have nothing to do with the stand-in. */
const opensStores = /\b(startRegistry|startStores|openTestAws)\(/;

/**
 * The test files of registry, publishing and benchmark that run against the stand-in as they do embedded.
 * @throws when a pattern finds none: its files were moved, and would be tested no more without anybody noticing.
 */
export async function findStandInFiles(patterns = standInPatterns): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    const before = found.length;
    for await (const file of glob(pattern)) {
      if (opensStores.test(await readFile(file, 'utf8'))) found.push(file);
    }
    if (found.length === before) throw new Error(`No test file that opens the stores matches "${pattern}".`);
  }
  return found;
}
