import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { type BuiltFrom, builtFromFile } from '../contract/built-from.ts';
import { readBuiltFrom } from './read-built-from.ts';

const repositoryRoot = fileURLToPath(new URL('../', import.meta.url));
const cacheFolder = `${repositoryRoot}node_modules/.cache/modelrig`;

/**
 * Bundles the service for Lambda into a folder of one module, the dashboard's files and what it was built from, and
 * returns its path. The bytes follow from the code alone, so that an unchanged service is not deployed again, and the
 * path from the bytes, so that no two processes write to one that a third reads.
 */
export function bundleFunction(): string {
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = mkdtempSync(`${cacheFolder}/unfinished-`);
  try {
    bundleModule(unfinished);
    bundleDashboard(unfinished);
    const builtFrom: BuiltFrom = {
      ...readBuiltFrom(repositoryRoot),
      lockfile_sha256: hash(readFileSync(`${repositoryRoot}package-lock.json`)),
    };
    writeFileSync(`${unfinished}/${builtFromFile}`, JSON.stringify(builtFrom));
    const finished = `${cacheFolder}/function-${hashFolder(unfinished)}`;
    if (!existsSync(finished)) renameUnlessThere(unfinished, finished);
    return finished;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function bundleModule(folder: string): void {
  buildSync({
    entryPoints: [`${repositoryRoot}server/lambda.ts`],
    outfile: `${folder}/lambda.mjs`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    // Errors of the AWS SDK and ours are told apart by their names.
    keepNames: true,
    legalComments: 'none',
    // Without the bundler the service takes the dashboard as it is built here.
    external: ['esbuild'],
    // What is CommonJS among the dependencies asks for Node's own modules by `require`.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: 'error',
  });
}

function bundleDashboard(folder: string): void {
  const command = [`${repositoryRoot}scripts/build-dashboard.ts`, '--into', `${folder}/built`];
  execFileSync(process.execPath, command, { stdio: 'pipe' });
}

/** Another process may have been quicker with the same bytes. */
function renameUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

function hashFolder(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
  return hash(files.map((file) => `${file.replace(folder, '')} ${hash(readFileSync(file))}\n`).join('')).slice(
    0,
    12,
  );
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
