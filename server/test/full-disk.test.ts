import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { routes } from '../../contract/routes.ts';
import { startServiceProcess } from './start-service-process.ts';

const test = suite('full disk');
const stores = { modelsBucket: 'models', runsBucket: 'runs', modelsTable: 'models', runsTable: 'runs' };
const nowhere = 'http://127.0.0.1:9';

test.before(() => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: nowhere,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});

test('a service whose log lies on a full disk loses lines and nothing else', async () => {
  const service = await startServiceProcess(stores, { LOG_LEVEL: 'info' }, { prelude: 'exec 2> /dev/full' });
  try {
    for (let request = 0; request < 5; request += 1) {
      assert.is((await fetch(service.url + routes.live)).status, 200);
      await (await fetch(service.url + routes.models)).text();
      await sleep(20);
    }
    service.kill('SIGTERM');
    assert.is(await service.ended, 0);
  } finally {
    await service.close();
  }
});

test.run();
