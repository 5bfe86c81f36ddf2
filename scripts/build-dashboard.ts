import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodes } from '../bench/cli/exit-codes.ts';
import { bundlePage } from '../server/dashboard/bundle-page.ts';
import { builtFolder } from '../server/dashboard/page-files.ts';

/** `npm run build:dashboard`: for an image, which has no bundler; elsewhere the service bundles by itself. */
const { into: folder } = new Command('npm run build:dashboard --')
  .description('Writes the dashboard to server/dashboard/built/, where a service without esbuild looks for it.')
  .option('--into <folder>', 'write it there instead', builtFolder)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage))
  .allowExcessArguments(false)
  .parse()
  .opts<{ into: string }>();
const files = await bundlePage();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const { name, content } of files) {
  await writeFile(join(folder, name), content);
  console.log(`${name}  ${content.length.toLocaleString('en')} B`);
}
