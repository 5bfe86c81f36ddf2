import { dirname, resolve } from 'node:path';
import { execa } from 'execa';

/** Applies a patch of this tree to a copy of it; the returned function takes it back. */
export async function applyPatch(patchPath: string, folder: string): Promise<() => Promise<void>> {
  // Without a ceiling, a temporary folder inside another repository would count as a part of that one.
  const options = { cwd: folder, env: { GIT_CEILING_DIRECTORIES: dirname(folder) } };
  const patch = resolve(patchPath);
  await execa('git', ['apply', patch], options);
  return async () => {
    await execa('git', ['apply', '--reverse', patch], options);
  };
}
