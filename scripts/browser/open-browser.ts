import { access } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's; others by `CHROMIUM`. */
const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function findChromium(): Promise<string | null> {
  for (const path of [process.env.CHROMIUM ?? '', ...usualPaths]) {
    const isThere =
      path !== '' &&
      (await access(path).then(
        () => true,
        () => false,
      ));
    if (isThere) return path;
  }
  return null;
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and what the content policy blocked. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export async function openBrowser(executablePath: string): Promise<Browser> {
  // A container's root has no sandbox to start.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page of its own session. What is refused on purpose is not a fault: `isExpected` tells. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions & { isExpected?: (fault: string) => boolean } = {},
): Promise<WatchedPage> {
  const { isExpected = () => false, ...contextOptions } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
  const page = await context.newPage();
  const faults: string[] = [];
  const note = (fault: string) => {
    if (!isExpected(fault)) faults.push(fault);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => note(String(error.stack)));
  page.setDefaultTimeout(20_000);
  return { page, faults, close: () => context.close() };
}
