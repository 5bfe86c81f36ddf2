import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';

/** A copy of the working tree, as far as git does not ignore it, with this tree's `node_modules` linked. */
export async function copyTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-mutate-'));
  const { stdout } = await execa('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  await Promise.all(
    stdout.split('\0').map(async (file) => {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      // A file that was deleted and not yet committed is listed, too.
      await copyFile(file, join(folder, file)).catch(() => {});
    }),
  );
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

export async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
