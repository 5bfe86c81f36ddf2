import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const repositoryRoot = fileURLToPath(new URL('../', import.meta.url));
const bundleFolder = `${repositoryRoot}node_modules/.cache/modelrig/function`;

/**
 * Bundles the service for Lambda into a folder of one module and the dashboard's files, and returns its path. The bytes
 * follow from the code alone, so that an unchanged service is not deployed again.
 */
export function bundleFunction(): string {
  rmSync(bundleFolder, { recursive: true, force: true });
  buildSync({
    entryPoints: [`${repositoryRoot}server/lambda.ts`],
    outfile: `${bundleFolder}/lambda.mjs`,
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
  execFileSync(process.execPath, [`${repositoryRoot}scripts/build-dashboard.ts`], { stdio: 'pipe' });
  cpSync(`${repositoryRoot}server/dashboard/built`, `${bundleFolder}/built`, { recursive: true });
  return bundleFolder;
}
