import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigurationError } from '../../server/config.ts';
import { useCustomEndpoint } from '../custom-endpoint.ts';

const test = suite('custom endpoint');
const url = 'http://localhost:4566';

test('without an endpoint nothing is filled in: that is AWS itself', () => {
  const env = { AWS_ENDPOINT_URL: '' };
  assert.equal(useCustomEndpoint(env), []);
  assert.equal(env, { AWS_ENDPOINT_URL: '' });
});

test('an endpoint alone gets a region and credentials', () => {
  const env = { AWS_ENDPOINT_URL: url };
  assert.equal(useCustomEndpoint(env), [{ variable: 'AWS_ENDPOINT_URL', url }]);
  assert.equal(env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});

test('a region and credentials that are there stay, whatever their source', () => {
  for (const given of [
    { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'secret' },
    { AWS_PROFILE: 'lab' },
    { AWS_REGION: 'eu-central-1', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' },
  ]) {
    const env = { AWS_ENDPOINT_URL: url, ...given };
    useCustomEndpoint(env);
    assert.equal(env, { AWS_ENDPOINT_URL: url, ...given });
  }
});

test('each store’s own endpoint goes before the general one', () => {
  const s3 = 'http://localhost:9000';
  assert.equal(useCustomEndpoint({ AWS_ENDPOINT_URL: url, AWS_ENDPOINT_URL_S3: s3 }), [
    { variable: 'AWS_ENDPOINT_URL_S3', url: s3 },
    { variable: 'AWS_ENDPOINT_URL', url },
  ]);
});

test('an address that the AWS SDK cannot use is named with what is allowed', () => {
  for (const wrong of ['localhost:4566', 'http://', '4566', `${url}/s3`, 'ftp://localhost', `${url}/?a=b`]) {
    refuses({ AWS_ENDPOINT_URL: wrong }, `AWS_ENDPOINT_URL is "${wrong}"; allowed: http://host:port`);
  }
  assert.is(useCustomEndpoint({ AWS_ENDPOINT_URL: `${url}/` }).length, 1);
  assert.is(useCustomEndpoint({ AWS_ENDPOINT_URL: 'https://localhost:4566' }).length, 1);
});

test('one store at an endpoint and the other at AWS is refused', () => {
  refuses({ AWS_ENDPOINT_URL_S3: url }, 'AWS_ENDPOINT_URL');
  refuses({ AWS_ENDPOINT_URL_DYNAMODB: url }, 'one at AWS');
});

test('an endpoint that the AWS SDK was told to ignore is refused', () => {
  refuses({ AWS_ENDPOINT_URL: url, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, 'would not be used');
});

function refuses(env: NodeJS.ProcessEnv, message: string): void {
  try {
    useCustomEndpoint(env);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, ConfigurationError);
    assert.ok((error as Error).message.includes(message), (error as Error).message);
  }
}

test.run();
