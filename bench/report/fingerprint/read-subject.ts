import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { builtFromFile, builtFromSchema } from '../../../contract/built-from.ts';
import type { DeliverySettings } from '../../../contract/delivery-settings.ts';
import type { SubjectFingerprint } from '../../../contract/report.ts';
import { holdsArtifacts, keepsArtifacts } from '../../../contract/strategy-limits.ts';

/** The top of the checkout that this code is of. */
export const repositoryFolder = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The code and the settings that are measured, in an image or a bundle as what it was built from. Outside those and a
 * git checkout, commit and dirty flag are `unavailable`.
 */
export async function readSubjectFingerprint(given: {
  readonly computeBackend: string;
  readonly settings: DeliverySettings;
}): Promise<SubjectFingerprint> {
  const builtFrom = await readBuiltFrom();
  const { git_commit, git_dirty } = builtFrom ?? (await readCheckout(repositoryFolder));
  return {
    git_commit,
    git_dirty,
    lockfile_sha256:
      builtFrom?.lockfile_sha256 ?? (await hashFile(new URL('../../../package-lock.json', import.meta.url))),
    compute_backend: given.computeBackend,
    delivery: given.settings.delivery,
    ...(holdsArtifacts(given.settings.delivery)
      ? { download_concurrency: given.settings.download_concurrency }
      : {}),
    s3_max_sockets: given.settings.s3_max_sockets,
    ...(keepsArtifacts(given.settings.delivery) && given.settings.cache_bytes !== undefined
      ? { cache_bytes: given.settings.cache_bytes }
      : {}),
    ...(given.settings.workers === undefined ? {} : { workers: given.settings.workers }),
  };
}

async function readBuiltFrom() {
  try {
    const text = await readFile(new URL(`./${builtFromFile}`, import.meta.url), 'utf8');
    return builtFromSchema.parse(JSON.parse(text));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Of the checkout whose top is `folder`: one that merely lies in somebody's repository has no commit of its own. */
export async function readCheckout(
  folder: string,
): Promise<Pick<SubjectFingerprint, 'git_commit' | 'git_dirty'>> {
  const prefix = await runGit(folder, ['rev-parse', '--show-prefix']);
  const commit = prefix === '' ? await runGit(folder, ['rev-parse', '--verify', 'HEAD']) : null;
  if (commit === null) return { git_commit: 'unavailable', git_dirty: 'unavailable' };
  const changes = await runGit(folder, ['status', '--porcelain', '--', '.', ':(exclude)reports']);
  return { git_commit: commit, git_dirty: changes === null ? 'unavailable' : changes !== '' };
}

/** Null when git is absent or refuses. */
async function runGit(folder: string, args: readonly string[]): Promise<string | null> {
  const result = await execa('git', args, { cwd: folder, reject: false, timeout: 10_000 });
  return result.failed ? null : result.stdout.trim();
}

async function hashFile(file: URL): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch {
    return 'unavailable';
  }
}
