import { defineRule, defineStackRule, readStatements } from './define-rule.ts';

const bucketType = 'aws:s3/bucket:Bucket';
const bucketCompanions = {
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': 'encryption',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': 'block of public access',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': 'ownership controls',
  'aws:s3/bucketVersioning:BucketVersioning': 'versioning',
  'aws:s3/bucketPolicy:BucketPolicy': 'policy that asks for TLS',
} as const;
const publicAccessSettings = [
  'blockPublicAcls',
  'blockPublicPolicy',
  'ignorePublicAcls',
  'restrictPublicBuckets',
] as const;

export const storageRules = [
  defineStackRule(
    'bucket-is-complete',
    'A bucket has everything that keeps it private and safe.',
    (resources) =>
      resources
        .filter(({ type }) => type === bucketType)
        .flatMap((bucket) => {
          const around = new Set(
            resources
              .filter(({ opts, name }) => opts.parent === bucket.opts.parent && name === bucket.name)
              .map(({ type }) => type),
          );
          return Object.entries(bucketCompanions)
            .filter(([type]) => !around.has(type))
            .map(([, what]) => ({ name: bucket.name, fault: `has no ${what}` }));
        }),
  ),
  defineRule(
    'public-access-is-blocked',
    'Nothing in a bucket can be made public.',
    'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
    (block) => publicAccessSettings.filter((name) => block[name] !== true).map((name) => `has ${name} off`),
  ),
  defineRule(
    'bucket-asks-for-tls',
    'A bucket refuses requests without TLS, and lets nobody in by its policy.',
    'aws:s3/bucketPolicy:BucketPolicy',
    ({ policy }) => {
      const statements = readStatements(policy);
      const asksForTls = statements.some(
        ({ Effect, Principal, Action, Condition }) =>
          Effect === 'Deny' &&
          Principal === '*' &&
          Action === 's3:*' &&
          Condition?.Bool?.['aws:SecureTransport'] === 'false',
      );
      return [
        ...(asksForTls ? [] : ['does not refuse requests without TLS']),
        ...(statements.some(({ Effect }) => Effect === 'Allow')
          ? ['lets somebody in by the bucket’s policy']
          : []),
      ];
    },
  ),
  defineRule(
    'table-can-be-restored',
    'A table is encrypted and can be restored to any second of the last weeks.',
    'aws:dynamodb/table:Table',
    ({ pointInTimeRecovery, serverSideEncryption }) => [
      ...(isEnabled(pointInTimeRecovery) ? [] : ['has no point-in-time recovery']),
      ...(isEnabled(serverSideEncryption) ? [] : ['is not encrypted by KMS']),
    ],
  ),
  defineRule(
    'logs-end',
    'Logs are kept for a time, not for ever.',
    'aws:cloudwatch/logGroup:LogGroup',
    ({ retentionInDays }) => (Number(retentionInDays) > 0 ? [] : ['keeps its logs for ever']),
  ),
  defineRule(
    'secrets-are-encrypted',
    'A parameter is a SecureString.',
    'aws:ssm/parameter:Parameter',
    ({ type }) => (type === 'SecureString' ? [] : [`is a ${type}, not a SecureString`]),
  ),
] as const;

function isEnabled(setting: unknown): boolean {
  return typeof setting === 'object' && setting !== null && 'enabled' in setting && setting.enabled === true;
}
