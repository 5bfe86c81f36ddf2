import type { StoreCall } from './note-calls.ts';

export const reachAdvice = 'check that it is up and the way to it (network, AWS_REGION, AWS_ENDPOINT_URL)';
export const descriptorAdvice = 'the service has no file descriptor left for it: raise the limit (ulimit -n)';
export const throttleAdvice = 'raise what it may take, or send less';

const names = {
  S3: 'MODELS_BUCKET or RUNS_BUCKET',
  DynamoDB: 'MODELS_TABLE or RUNS_TABLE',
} as const;

export type Store = keyof typeof names;

/** What to do when a store does not let the service in. */
export function adviseOnAccess(store: Store, { name }: Error, { operation }: StoreCall): string {
  if (/^(Credentials|Token)ProviderError$/.test(name)) {
    return 'give the service credentials: a role, AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
  }
  if (/Skewed|InTheFuture/.test(name)) return "set this machine's clock";
  if (/Expired/.test(name)) return "renew the service's credentials";
  if (/AccessKeyId|Signature|UnrecognizedClient|ClientTokenId|AuthenticationToken|AuthFailure/.test(name)) {
    return "correct the service's credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE or its role)";
  }
  return `allow ${listActions(store, operation)} on it to the service, or set ${names[store]}`;
}

/** What to do when a bucket or table is not where the service looks for it. */
export function adviseOnMissing(store: Store, { name }: Error): string {
  return name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed'
    ? 'set AWS_REGION to the region that it lies in'
    : `create it, which npm run populate does, or set ${names[store]} and AWS_REGION`;
}

/** The IAM actions that an operation needs; without s3:ListBucket S3 also denies what is only not there. */
function listActions(store: Store, operation: string): string {
  if (store === 'DynamoDB') return `dynamodb:${operation}`;
  if (operation === 'GetObject' || operation === 'HeadObject') return 's3:GetObject and s3:ListBucket';
  if (operation === 'HeadBucket' || operation === 'ListObjectsV2') return 's3:ListBucket';
  if (operation === 'UploadPart' || /^(Create|Complete)MultipartUpload$/.test(operation)) return 's3:PutObject';
  return `s3:${operation}`;
}
