import { findLogLine } from '../server/domain-error.ts';

/** An error of a command that needs the stores, for the person who typed it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isAwsSetup = error.name === 'CredentialsProviderError' || /Region is missing/.test(error.message);
  if (!isAwsSetup) return findLogLine(error) ?? error.message;
  return `${error.message}\nS3 and DynamoDB are found through the AWS SDK's own variables: AWS_REGION with credentials, or AWS_ENDPOINT_URL.`;
}
