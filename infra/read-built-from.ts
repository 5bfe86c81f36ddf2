import { execFileSync } from 'node:child_process';
import type { BuiltFrom } from '../contract/built-from.ts';
import { readDockerignore } from './list-build-context.ts';

/**
 * The last commit that changed what image and function are built of, and whether that was changed since, as reports
 * name them. Whatever else is committed leaves both as they are, so that an unchanged service is not deployed again.
 * Without git or outside a checkout they are `unavailable`.
 */
export function readBuiltFrom(folder: string): BuiltFrom {
  const { letIn, leftOut } = readDockerignore(folder);
  // Reports are shown by the service, and do not change what it does.
  const paths = [
    ...letIn,
    'Dockerfile',
    ':(exclude)reports',
    ...leftOut.map((path) => `:(exclude,glob)${path}`),
  ];
  const commit =
    runGit(folder, ['rev-parse', '--show-prefix']) === ''
      ? runGit(folder, ['log', '-1', '--format=%H', '--', ...paths])
      : null;
  if (!commit) return { git_commit: 'unavailable', git_dirty: 'unavailable' };
  const changes = runGit(folder, ['status', '--porcelain', '--', ...paths]);
  return { git_commit: commit, git_dirty: changes === null ? 'unavailable' : changes !== '' };
}

/** Null when git is absent or refuses. */
function runGit(folder: string, args: readonly string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 10_000 }).trim();
  } catch {
    return null;
  }
}
