import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { PageContent } from './page-content.ts';

/** One file of the page as it goes out: named by its content, compressed once. */
export interface PageFile {
  readonly mediaType: string;
  readonly etag: string;
  readonly encodings: Readonly<Record<'identity' | 'gzip' | 'br', Buffer>>;
}

export interface PageFiles {
  readonly byName: ReadonlyMap<string, PageFile>;
  readonly script: string;
  readonly style: string;
}

/** Where an image, which has no bundler, finds what `npm run build:dashboard` wrote. */
export const builtFolder = fileURLToPath(new URL('./built/', import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/**
 * Reads the page's files, once: bundled from the sources where the bundler is installed, so that they are never out
 * of date, else as they were built. What fails is tried again by the next one who asks.
 */
export function createPageFiles(): () => Promise<PageFiles> {
  let files: Promise<PageFiles> | null = null;
  return () => {
    files ??= readFiles().catch((error: unknown) => {
      files = null;
      throw error;
    });
    return files;
  };
}

async function readFiles(): Promise<PageFiles> {
  const contents = (await bundleIfPossible()) ?? (await readBuilt());
  const entries = await Promise.all(
    contents.map(async ({ name, content }) => [name, await packFile(name, content)] as const),
  );
  const find = (extension: string) => {
    const found = contents.find(({ name }) => extname(name) === extension);
    if (!found) throw new Error(`The dashboard has no ${extension} file.`);
    return found.name;
  };
  return { byName: new Map(entries), script: find('.js'), style: find('.css') };
}

async function bundleIfPossible(): Promise<PageContent[] | null> {
  try {
    const { bundlePage } = await import('./bundle-page.ts');
    return await bundlePage();
  } catch (error) {
    if (isBundlerMissing(error)) return null;
    throw error;
  }
}

function isBundlerMissing(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' && message.includes("'esbuild'");
}

async function readBuilt(): Promise<PageContent[]> {
  const names = await readdir(builtFolder).catch((error: unknown) => {
    throw new Error(`The dashboard is not built and esbuild is not installed: run npm run build:dashboard.`, {
      cause: error,
    });
  });
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(builtFolder + name) })));
}

async function packFile(name: string, content: Buffer): Promise<PageFile> {
  const [zipped, br] = await Promise.all([
    promisify(gzip)(content, { level: 9 }),
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  ]);
  return {
    mediaType: mediaTypes[extname(name)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    encodings: { identity: content, gzip: zipped, br },
  };
}
