import { glob, readFile } from 'node:fs/promises';

/** The slow ones first, so that none of them is alone at the end. The benchmark fills a registry, too. */
const patterns = [
  'scripts/test/bench-endpoint.test.ts',
  'scripts/publish/test/*.test.ts',
  'server/{registry,aws,delivery}/**/test/*.test.ts',
  'server/http/test/{download,publish,model}*.test.ts',
];
/** What opens the stores that `openTestAws` chooses: files without it have nothing to do with the stand-in. */
const opensStores = /\b(startRegistry|startStores|openTestAws)\(/;

/** The test files of registry, publishing and benchmark that run against the stand-in as they do embedded. */
export async function findStandInFiles(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    for await (const file of glob(pattern)) {
      if (opensStores.test(await readFile(file, 'utf8'))) found.push(file);
    }
  }
  return found;
}
