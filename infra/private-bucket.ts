import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface PrivateBucketArgs {
  readonly isProtected: boolean;
}

/** Uploads that nobody finished are billed until they are dropped; the registry's own sweep comes long before. */
const abandonedUploadDays = 2;
const oldVersionDays = 30;

/** A bucket that only we reach, over TLS only, encrypted, with overwritten objects kept for a while. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, { isProtected }: PrivateBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:PrivateBucket', name, {}, options);
    const parent = { parent: this };
    // Names of buckets are the whole world's.
    const bucketPrefix = `${pulumi.getProject()}-${pulumi.getStack()}-${name}-`;
    this.bucket = new aws.s3.Bucket(
      name,
      { bucketPrefix, forceDestroy: !isProtected },
      { ...parent, protect: isProtected },
    );
    const { bucket } = this.bucket;

    const blocked = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      parent,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } },
      parent,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
      parent,
    );
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: 'Enabled' } },
      parent,
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket,
        rules: [
          {
            id: 'drop-leftovers',
            status: 'Enabled',
            filter: { prefix: '' },
            abortIncompleteMultipartUpload: { daysAfterInitiation: abandonedUploadDays },
            noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
            expiration: { expiredObjectDeleteMarker: true },
          },
        ],
      },
      { ...parent, dependsOn: [versioning] },
    );
    // S3 takes one change of a bucket's access at a time.
    new aws.s3.BucketPolicy(
      name,
      { bucket, policy: refuseWithoutTls(this.bucket.arn) },
      { ...parent, dependsOn: [blocked] },
    );
    this.registerOutputs({ bucket });
  }
}

function refuseWithoutTls(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}
