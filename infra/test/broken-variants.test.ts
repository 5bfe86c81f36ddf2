import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { previewStack } from '../preview/preview-stack.ts';
import { type Variant, variants } from './broken-variants.ts';
import { findFaults } from './checks/find-faults.ts';
import { plainValues } from './support/stacks.ts';

const test = suite('broken variants');
const changeProgram = fileURLToPath(new URL('./support/change-program.ts', import.meta.url));
const told = new Map<Variant, string>();

test.before(async () => {
  const programs = groupVariants();
  const faults = await Promise.all(programs.map(findFaultsOf));
  programs.forEach((group, index) => {
    for (const variant of group) told.set(variant, faults[index] ?? '');
  });
});

for (const variant of variants) {
  test(`${variant.name} does not pass unnoticed`, () => {
    assert.match(told.get(variant) ?? '', variant.fault);
  });
}

test('no variant is found out by the fault of another', () => {
  for (const { name, fault } of variants) {
    const others = groupVariants().filter((group) => !group.some((variant) => variant.name === name));
    for (const [variant] of others) assert.not.match(told.get(variant as Variant) ?? '', fault, name);
  }
});

/** To run a program takes seconds: those that break it in different files share one. */
function groupVariants(): Variant[][] {
  const groups: Variant[][] = [];
  for (const variant of variants) {
    const group = groups.find(
      ([first, ...rest]) =>
        first?.backend === variant.backend && ![first, ...rest].some(({ file }) => file === variant.file),
    );
    if (group === undefined) groups.push([variant]);
    else group.push(variant);
  }
  return groups;
}

async function findFaultsOf(group: readonly Variant[]): Promise<string> {
  const { resources } = await previewStack({
    stack: 'dev',
    mode: 'known',
    values: plainValues,
    env: {
      COMPUTE_BACKEND: group[0]?.backend ?? '',
      CHANGES: JSON.stringify(group.map(({ file, take, put }) => ({ file, take, put }))),
    },
    nodeArguments: ['--import', changeProgram],
  });
  return (await findFaults(resources)).join('\n');
}

test.run();
