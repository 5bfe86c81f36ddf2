import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';

/**
 * The files that Docker gets of a folder, sorted. `.dockerignore` has to be a list of what is let in: `*` first, then
 * `!name` for files and folders of the top, then patterns of what is left out below them.
 * @throws {Error} for a line of another kind.
 */
export function listBuildContext(folder: string): string[] {
  const { letIn, leftOut } = readDockerignore(folder);
  const isLeftOut = (path: string) => leftOut.some((pattern) => matchesGlob(relative(folder, path), pattern));
  const walk = (path: string): string[] => {
    if (isLeftOut(path)) return [];
    if (!lstatSync(path).isDirectory()) return [path];
    return readdirSync(path).flatMap((name) => walk(join(path, name)));
  };
  return [join(folder, 'Dockerfile'), ...letIn.flatMap((name) => walk(join(folder, name)))].sort();
}

/** What `.dockerignore` lets in of the top folder, and the patterns that it leaves out below. */
export function readDockerignore(folder: string): { letIn: string[]; leftOut: string[] } {
  const lines = readFileSync(join(folder, '.dockerignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [first, ...rest] = lines;
  if (first !== '*') throw new Error(`.dockerignore begins with "${first}"; it has to begin with *`);
  const letIn = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const wrong = letIn.find((name) => !/^[\w.-]+$/.test(name));
  if (wrong !== undefined)
    throw new Error(`.dockerignore lets in "${wrong}"; allowed: names of the top folder`);
  return { letIn, leftOut: rest.filter((line) => !line.startsWith('!')) };
}
