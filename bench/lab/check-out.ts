import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** Another commit of this repository, with what it takes to run it. */
export interface Checkout {
  readonly folder: string;
  readonly commit: string;
  /** Whether the code that makes the load is another one there than here. */
  readonly hasOtherGenerator: boolean;
  remove(): Promise<void>;
}

const installLimitMs = 600_000;
/** What takes part in making the load, from the top of the checkout. */
const generator = ['bench/engine', 'bench/metrics', 'bench/scenarios', 'server/performance/runner'];

/**
 * Checks a git ref out beside the repository, which is left as it is. Dependencies are this tree's where the lockfile is the
 * same, else they are installed.
 * @throws {Error} when there is no such ref, or its dependencies cannot be installed.
 */
export async function checkOut(repository: string, ref: string): Promise<Checkout> {
  const git = (args: readonly string[]) => execa('git', args, { cwd: repository, reject: false });
  const { stdout: commit, failed } = await git([
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${ref}^{commit}`,
  ]);
  if (failed) throw new Error(`There is no git ref "${ref}" in this repository.`);
  const scratch = await mkdtemp(join(tmpdir(), 'modelrig-baseline-'));
  const folder = join(scratch, 'checkout');
  const remove = async () => {
    await git(['worktree', 'remove', '--force', folder]);
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const added = await git(['worktree', 'add', '--detach', folder, commit]);
    if (added.failed) throw new Error(`The ref "${ref}" cannot be checked out: ${added.stderr}`);
    await provideDependencies(repository, scratch, folder);
    const difference = await git(['diff', '--quiet', commit, '--', ...generator]);
    return { folder, commit, hasOtherGenerator: difference.exitCode === 1, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A link lies above the checkout, where Node looks, too, so that the checkout itself stays clean. */
async function provideDependencies(repository: string, scratch: string, folder: string): Promise<void> {
  const [own, other] = await Promise.all(
    [repository, folder].map((place) => readFile(join(place, 'package-lock.json'), 'utf8').catch(() => '')),
  );
  if (own === other) {
    await symlink(await findDependencies(repository), join(scratch, 'node_modules'));
    return;
  }
  const { failed, stderr } = await execa('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    reject: false,
    timeout: installLimitMs,
  });
  if (failed) throw new Error(`The dependencies of the baseline cannot be installed:\n${stderr.slice(-2_000)}`);
}

/** In the folder itself or the nearest above it, as Node finds them. */
async function findDependencies(folder: string): Promise<string> {
  const found = await stat(join(folder, 'node_modules')).catch(() => null);
  if (found?.isDirectory() || dirname(folder) === folder) return join(folder, 'node_modules');
  return findDependencies(dirname(folder));
}
