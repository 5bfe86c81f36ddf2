import { embeddedAccessKey } from '../../contract/environment.ts';

/** Where S3 and DynamoDB are, by the environment that leads the AWS SDK there. */
export function describeBackend(
  env: Readonly<Record<string, string | undefined>>,
): 'aws' | 'embedded' | 'custom' {
  const endpoints = [
    env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL,
    env.AWS_ENDPOINT_URL_DYNAMODB || env.AWS_ENDPOINT_URL,
  ];
  if (endpoints.every((endpoint) => !endpoint)) return 'aws';
  const isEmbedded = env.AWS_ACCESS_KEY_ID === embeddedAccessKey && endpoints.every(isLoopback);
  return isEmbedded ? 'embedded' : 'custom';
}

function isLoopback(endpoint: string | undefined): boolean {
  const host = URL.parse(endpoint ?? '')?.hostname;
  return host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
}
