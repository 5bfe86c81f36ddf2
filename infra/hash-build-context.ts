import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { listBuildContext } from './list-build-context.ts';

/** Twelve hex digits that follow from the content of what Docker gets to see, and from nothing else. */
export function hashBuildContext(folder: string): string {
  const hash = createHash('sha256');
  for (const file of listBuildContext(folder)) {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${relative(folder, file)} ${content}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}
