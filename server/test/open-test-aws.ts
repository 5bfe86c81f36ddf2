import { startLocalAws } from '../../scripts/local-aws/start-local-aws.ts';

export interface TestAws {
  /** What the AWS SDK needs to find the stores. */
  readonly env: Readonly<Record<string, string>>;
  /** The part of it that is no more than addresses. */
  readonly endpoints: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const { MODELRIG_TEST_ENDPOINT: standIn } = process.env;

/** True when this file tests against the stand-in for LocalStack, which it shares with others at the same time. */
export const isStandIn = standIn !== undefined;

/** Embedded servers for this file alone, or the stand-in that `npm run test:localstack` started. */
export async function openTestAws(): Promise<TestAws> {
  if (standIn !== undefined) return describeStandIn(standIn);
  const { env, stop } = await startLocalAws();
  const { AWS_ENDPOINT_URL_S3 = '', AWS_ENDPOINT_URL_DYNAMODB = '' } = env;
  return { env, endpoints: { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_DYNAMODB }, stop };
}

/** The stand-in that listens there, as its root user. */
export function describeStandIn(url: string): TestAws {
  return {
    env: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SESSION_TOKEN: '',
      AWS_PROFILE: '',
    },
    endpoints: { AWS_ENDPOINT_URL: url },
    stop: async () => {},
  };
}
