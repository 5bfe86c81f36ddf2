import { ConfigurationError } from '../server/config.ts';

/** An S3 or DynamoDB speaker that is not AWS itself: LocalStack, a stand-in for it, another emulator. */
export interface CustomEndpoint {
  /** The variable that names it. */
  readonly variable: string;
  readonly url: string;
}

const general = 'AWS_ENDPOINT_URL';
const ofStores = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_DYNAMODB'] as const;
const credentialSources = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/**
 * The endpoints that the environment names for S3 and DynamoDB, one when they share it, none for AWS itself. With
 * one, a region and credentials that `env` lacks are filled in there: emulators want some, but not particular ones.
 * @throws {ConfigurationError} when the AWS SDK would not get there, or only one store would be there.
 */
export function useCustomEndpoint(env: NodeJS.ProcessEnv): readonly CustomEndpoint[] {
  const endpoints = findEndpoints(env);
  if (endpoints.length === 0) return [];
  const faults = [...endpoints.flatMap(findFaults), ...findIgnored(env)];
  if (faults.length > 0) throw new ConfigurationError(faults);
  fillIn(env);
  return endpoints;
}

/** The same endpoints as they are written there, right or wrong. */
export function findEndpoints(env: NodeJS.ProcessEnv): readonly CustomEndpoint[] {
  if ([general, ...ofStores].every((name) => !env[name])) return [];
  const names = new Set(ofStores.map((name) => (env[name] ? name : general)));
  return [...names].map((variable) => ({ variable, url: env[variable] ?? '' }));
}

function findFaults({ variable, url }: CustomEndpoint): string[] {
  if (url === '') return [`${variable} is not set, so that one store would be at the endpoint and one at AWS`];
  const parts = URL.parse(url);
  const isRight =
    (parts?.protocol === 'http:' || parts?.protocol === 'https:') &&
    parts.pathname + parts.search + parts.hash + parts.username + parts.password === '/';
  return isRight
    ? []
    : [`${variable} is "${url}"; allowed: http://host:port or https://host:port, with nothing behind it`];
}

function findIgnored(env: NodeJS.ProcessEnv): string[] {
  const { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ignored } = env;
  return ignored === 'true'
    ? [
        'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is "true", so that the endpoint would not be used; unset one of them',
      ]
    : [];
}

function fillIn(env: NodeJS.ProcessEnv): void {
  if (!env.AWS_PROFILE) env.AWS_REGION ||= env.AWS_DEFAULT_REGION || 'us-east-1';
  if (credentialSources.some((name) => env[name])) return;
  env.AWS_ACCESS_KEY_ID = 'test';
  env.AWS_SECRET_ACCESS_KEY = 'test';
}
