import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exitCodes } from '../../bench/cli/exit-codes.ts';
import { comparedMetrics } from '../../bench/compare/compared-metrics.ts';
import { optionsSchema } from '../../bench/lab/experiment-options.ts';
import { type EnvironmentVariable, environment } from '../../contract/environment.ts';
import { stageSchema } from '../../contract/experiment.ts';

const test = suite('README');
const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

test('its configuration table is the contract’s list of variables', () => {
  const rows = readme.match(/^\| `[A-Z0-9_]+` \|.*$/gm) ?? [];
  assert.equal(rows, Object.entries(environment).map(describeVariable));
});

test('it has a line for every script of package.json', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const name of Object.keys(scripts)) {
    assert.match(readme, new RegExp(`^\\| \`npm (run )?${name}\\b`, 'm'), `npm run ${name}`);
  }
});

test('it tells every exit code', () => {
  const [, told = ''] = readme.match(/\*\*Exit codes of `bench`:\*\*([\s\S]*?)\n\n/) ?? [];
  for (const code of Object.values(exitCodes)) assert.match(told, new RegExp(`\\b${code}\\b`), String(code));
});

test('its table of experiments tells every option, every metric and every part of a stage', () => {
  const table = readme.slice(
    readme.indexOf('| `name` | 1 to 64'),
    readme.indexOf('A pair is one round of each arm'),
  );
  const { shape } = optionsSchema;
  const names = [
    ...Object.keys(shape),
    ...Object.keys(stageSchema.shape),
    ...comparedMetrics.map(({ name }) => name),
  ];
  for (const name of names) assert.match(table, `\`${name}\``);
});

function describeVariable([name, variable]: [string, EnvironmentVariable]): string {
  const required = variable.requiredOn ? `; required on ${variable.requiredOn.join(', ')}` : '';
  const only = variable.onlyOn && !variable.requiredOn ? `; only on ${variable.onlyOn.join(', ')}` : '';
  const others = Object.entries(variable.defaultOn ?? {}).map(
    ([backend, value]) => `; \`${value}\` on ${backend}`,
  );
  const fallback = variable.default === undefined ? '' : `\`${variable.default}\`${others.join('')}`;
  return `| \`${name}\` | ${variable.describes} | ${variable.allowed}${required}${only} | ${fallback} |`;
}

test.run();
