import type { Test } from 'uvu';

const marker = 'SKIPPED ';

/** Skips a test by name and says why; a bare `test.skip` is refused by the test command. */
export function skip(test: Test, name: string, reason: string): void {
  console.log(`${marker}${name}: ${reason}`);
  test.skip(name, () => {});
}

/** The skips that a test file's output announces, as `name: reason`. */
export function findSkips(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(marker))
    .map((line) => line.slice(marker.length));
}
