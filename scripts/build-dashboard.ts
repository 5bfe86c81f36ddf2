import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePage } from '../server/dashboard/bundle-page.ts';
import { builtFolder } from '../server/dashboard/page-files.ts';
import { takeNoArguments } from './take-no-arguments.ts';

/** `npm run build:dashboard`: for an image, which has no bundler; elsewhere the service bundles by itself. */
takeNoArguments(
  'npm run build:dashboard',
  'Writes the dashboard to server/dashboard/built/, where a service without esbuild looks for it.',
);
const files = await bundlePage();
await rm(builtFolder, { recursive: true, force: true });
await mkdir(builtFolder, { recursive: true });
for (const { name, content } of files) {
  await writeFile(join(builtFolder, name), content);
  console.log(`${name}  ${content.length.toLocaleString('en')} B`);
}
