import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { modelsTable, runsTable, type TableKeys } from '../contract/tables.ts';
import { PrivateBucket } from './private-bucket.ts';

export interface StorageArgs {
  /** Keeps what is stored when the stack goes, and refuses to delete it. */
  readonly isProtected: boolean;
}

/** Artifacts, run documents and the two tables: all that outlives a deployment. */
export class Storage extends pulumi.ComponentResource {
  readonly modelsBucket: aws.s3.Bucket;
  readonly runsBucket: aws.s3.Bucket;
  readonly modelsTable: aws.dynamodb.Table;
  readonly runsTable: aws.dynamodb.Table;

  constructor(name: string, { isProtected }: StorageArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Storage', name, {}, options);
    const parent = { parent: this };
    this.modelsBucket = new PrivateBucket('models', { isProtected }, parent).bucket;
    this.runsBucket = new PrivateBucket('runs', { isProtected }, parent).bucket;
    this.modelsTable = createTable('models', modelsTable);
    this.runsTable = createTable('runs', runsTable);
    this.registerOutputs({
      modelsBucket: this.modelsBucket.bucket,
      runsBucket: this.runsBucket.bucket,
      modelsTable: this.modelsTable.name,
      runsTable: this.runsTable.name,
    });

    function createTable(table: string, keys: TableKeys): aws.dynamodb.Table {
      return new aws.dynamodb.Table(table, describeTable(keys, isProtected), {
        ...parent,
        protect: isProtected,
      });
    }
  }
}

/** The same keys, indexes and expiry as local creation makes (`server/aws/create-stores.ts`). */
function describeTable(keys: TableKeys, isProtected: boolean): aws.dynamodb.TableArgs {
  const attributes = new Set(
    [keys, ...keys.indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  );
  return {
    billingMode: 'PAY_PER_REQUEST',
    hashKey: keys.partitionKey,
    rangeKey: keys.sortKey,
    attributes: [...attributes].map((name) => ({ name, type: 'S' })),
    globalSecondaryIndexes: keys.indexes.map((index) => ({
      name: index.name,
      keySchemas: [
        { attributeName: index.partitionKey, keyType: 'HASH' },
        { attributeName: index.sortKey, keyType: 'RANGE' },
      ],
      projectionType: 'ALL',
    })),
    ...(keys.ttlAttribute === null ? {} : { ttl: { attributeName: keys.ttlAttribute, enabled: true } }),
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    deletionProtectionEnabled: isProtected,
  };
}
