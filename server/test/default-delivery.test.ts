import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readServiceConfig } from '../config.ts';

const test = suite('default of DELIVERY');
const onAws = {
  MODELS_BUCKET: 'models',
  RUNS_BUCKET: 'runs',
  MODELS_TABLE: 'models',
  RUNS_TABLE: 'runs',
  RUNNER_CLUSTER: 'cluster',
  RUNNER_TASK_FAMILY: 'runner',
  RUNNER_CONTAINER: 'runner',
  RUNNER_SUBNETS: 'subnet-0123abcd',
  RUNNER_SECURITY_GROUPS: 'sg-0123abcd',
};

test('a service that runs on caches, and one that is held still between requests redirects', () => {
  assert.is(readServiceConfig({}).delivery.delivery, 'cached');
  const fargate = { ...onAws, COMPUTE_BACKEND: 'fargate', TRIGGER_TOKEN: 'x'.repeat(16) };
  assert.is(readServiceConfig(fargate).delivery.delivery, 'cached');
  const lambda = {
    ...onAws,
    COMPUTE_BACKEND: 'lambda',
    TRIGGER_TOKEN_PARAMETER: '/modelrig/token',
    ALLOWED_CIDRS: 'none',
  };
  assert.is(readServiceConfig(lambda).delivery.delivery, 'redirected');
  assert.is(readServiceConfig({ ...lambda, DELIVERY: 'streamed' }).delivery.delivery, 'streamed');
});

test.run();
