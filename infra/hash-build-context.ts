import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { BuiltFrom } from '../contract/built-from.ts';
import { listBuildContext } from './list-build-context.ts';

/**
 * Twelve hex digits that follow from the content of what Docker gets to see and from the commit that the image names,
 * and from nothing else.
 */
export function hashBuildContext(folder: string, { git_commit, git_dirty }: BuiltFrom): string {
  const hash = createHash('sha256').update(`${git_commit} ${git_dirty}\n`);
  for (const file of listBuildContext(folder)) {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${relative(folder, file)} ${content}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}
