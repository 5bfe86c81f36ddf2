import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skip } from '../testing/skip.ts';

const test = suite('dependencies');
const limitMs = 30_000;
const title = 'nothing that ships has a known advisory of high or critical severity';

interface Audit {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

const { message, vulnerabilities } = await audit();
if (vulnerabilities) {
  test(title, () => {
    const serious = Object.entries(vulnerabilities)
      .filter(([, { severity }]) => severity === 'high' || severity === 'critical')
      .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
    assert.equal(serious, []);
  });
} else skip(test, title, `the registry does not answer: ${message ?? 'no word'}`);

test('every dependency is of one exact version', async () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  assert.ok(all.length > 20);
  assert.equal(
    all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    [],
  );
});

test.run();

async function audit(): Promise<Audit> {
  const { stdout, timedOut } = await execa('npm', ['audit', '--omit=dev', '--json'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    reject: false,
    timeout: limitMs,
  });
  if (timedOut) return { message: `not within ${limitMs / 1_000} s` };
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: 'npm audit printed no JSON' };
  }
}
