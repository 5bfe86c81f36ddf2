import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { previewStack } from '../preview/preview-stack.ts';
import { variants } from './broken-variants.ts';
import { findFaults } from './checks/find-faults.ts';
import { plainValues } from './support/stacks.ts';

const test = suite('broken variants');
const changeProgram = fileURLToPath(new URL('./support/change-program.ts', import.meta.url));

for (const { name, backend, file, take, put, fault } of variants) {
  test(`${name} does not pass unnoticed`, async () => {
    const { resources } = await previewStack({
      stack: 'dev',
      mode: 'known',
      values: plainValues,
      env: { COMPUTE_BACKEND: backend, CHANGE: JSON.stringify({ file, take, put }) },
      nodeArguments: ['--import', changeProgram],
    });
    assert.match((await findFaults(resources)).join('\n'), fault);
  });
}

test.run();
