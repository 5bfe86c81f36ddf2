import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StaleFile } from './find-stale-files.ts';

export async function writeStaleFiles(files: readonly StaleFile[]): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
