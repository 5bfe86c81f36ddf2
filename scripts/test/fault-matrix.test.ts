import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readGuards } from '../mutate/read-guards.ts';

const test = suite('fault matrix');
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const [, section = ''] = readme.match(/^## When things fail\n([\s\S]*?)^## /m) ?? [];
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([fault = '', , , , shown = '']) => ({ fault, tests: readTests(shown) }));

test('each row names tests that there are, by their file and a part of their title', async () => {
  assert.ok(rows.length >= 20);
  for (const { fault, tests } of rows) {
    assert.ok(tests.length > 0, fault);
    for (const { path, title } of tests) {
      const source = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
      const titles = source.match(/^ *test\([`'"].*$/gm) ?? [];
      assert.ok(
        titles.some((line) => line.includes(title)),
        `${path} has no test "${title}"`,
      );
    }
  }
});

test('each row has a guard without which one of its tests fails', async () => {
  const guarded = new Set((await readGuards()).map(({ testPath, title }) => `${testPath} ${title}`));
  const isGuarded = ({ path, title }: NamedTest) =>
    [...guarded].some((guard) => guard.startsWith(`${path} `) && overlap(guard.slice(path.length + 1), title));
  assert.equal(
    rows.filter(({ tests }) => !tests.some(isGuarded)).map(({ fault }) => fault),
    [],
  );
});

interface NamedTest {
  readonly path: string;
  readonly title: string;
}

function readTests(cell: string): NamedTest[] {
  return [...cell.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)].map(([, path = '', title = '']) => ({
    path,
    title,
  }));
}

/** Both are parts of a title. */
function overlap(one: string, other: string): boolean {
  return one.includes(other) || other.includes(one);
}

test.run();
