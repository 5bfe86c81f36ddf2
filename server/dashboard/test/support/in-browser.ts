import type { Browser } from 'playwright-core';
import type { Test } from 'uvu';
import {
  findChromium,
  openBrowser,
  openPage,
  type WatchedPage,
} from '../../../../scripts/browser/open-browser.ts';
import { skip } from '../../../../scripts/testing/skip.ts';

export interface BrowserTests {
  /** Adds a test, or skips it by name where there is no browser. */
  add(name: string, act: () => Promise<void>): void;
  /** A page at the address; faults that `isExpected` are none. */
  open(url: string, isExpected?: (fault: string) => boolean): Promise<WatchedPage>;
}

/** Tests of a suite that need a browser. `prepare` and `cleanUp` surround them only where there is one. */
export async function testInBrowser(
  test: Test,
  prepare: () => Promise<void>,
  cleanUp: () => Promise<void>,
): Promise<BrowserTests> {
  const chromium = await findChromium();
  const opened: WatchedPage[] = [];
  let browser: Browser | null = null;
  if (chromium !== null) {
    test.before(async () => {
      await prepare();
      browser = await openBrowser(chromium);
    });
    test.after.each(async () => {
      await Promise.all(opened.splice(0).map((page) => page.close()));
    });
    test.after(async () => {
      await browser?.close();
      await cleanUp();
    });
  }
  return {
    add(name, act) {
      if (chromium !== null) test(name, act);
      else skip(test, name, 'there is no Chromium; install it (Debian: chromium) or set CHROMIUM');
    },
    async open(url, isExpected = () => false) {
      if (browser === null) throw new Error('The browser is not open yet.');
      const watched = await openPage(browser, { isExpected });
      opened.push(watched);
      await watched.page.goto(url);
      return watched;
    },
  };
}
