import { findLogLine } from '../server/domain-error.ts';
import { findEndpoints } from './custom-endpoint.ts';

const regionAdvice = `AWS_REGION is not set, so the stores cannot be found. Set one of these:
  AWS_REGION, with credentials, for S3 and DynamoDB at AWS;
  AWS_ENDPOINT_URL for LocalStack and its like, or the addresses that npm run local-aws prints.
To publish to a running service take PUT; see the README.`;

/** An error of a command that needs the stores, for the person who typed it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (/Region is missing/.test(error.message)) return regionAdvice;
  const endpoints = findEndpoints(process.env).map(({ variable, url }) => `${variable} is "${url}"`);
  if (endpoints.length > 0 && isForeignAnswer(error)) return `${endpoints.join(', ')}: ${foreignAnswer}`;
  if (error.name !== 'CredentialsProviderError') return findLogLine(error) ?? error.message;
  return `${error.message}\nS3 and DynamoDB are found through the AWS SDK's own variables: AWS_REGION with credentials, or AWS_ENDPOINT_URL.`;
}

export const foreignAnswer = 'something answers there, but not as S3 or DynamoDB do.';

/** Whether an error of the AWS SDK is an answer that is of no store: a body it cannot read, a fault without a name. */
export function isForeignAnswer(error: Error): boolean {
  return (error instanceof SyntaxError && '$response' in error) || error.message.startsWith('UnknownError');
}
