import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeBackend } from '../describe-backend.ts';

const test = suite('describe backend');
const embedded = {
  AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4000',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:4001',
  AWS_ACCESS_KEY_ID: 'embedded',
};

test('without a custom endpoint it is aws, whatever the credentials', () => {
  assert.is(describeBackend({}), 'aws');
  assert.is(describeBackend({ AWS_ENDPOINT_URL: '', AWS_ACCESS_KEY_ID: 'embedded' }), 'aws');
});

test("the embedded servers' environment is embedded", () => {
  assert.is(describeBackend(embedded), 'embedded');
});

test("other credentials, or an endpoint elsewhere, are not the embedded servers'", () => {
  assert.is(describeBackend({ ...embedded, AWS_ACCESS_KEY_ID: 'test' }), 'custom');
  assert.is(describeBackend({ ...embedded, AWS_ENDPOINT_URL_S3: 'http://10.0.0.1:4000' }), 'custom');
  assert.is(describeBackend({ AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_ACCESS_KEY_ID: 'x' }), 'custom');
});

test('one store embedded and the other on AWS is custom', () => {
  assert.is(describeBackend({ ...embedded, AWS_ENDPOINT_URL_DYNAMODB: '' }), 'custom');
});

test.run();
