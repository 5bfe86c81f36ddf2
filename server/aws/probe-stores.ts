import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCommand, type GetCommandInput } from '@aws-sdk/lib-dynamodb';
import { activeRunLock, modelsTable } from '../../contract/tables.ts';
import type { StoreNames } from '../config.ts';
import type { AwsClients } from './clients.ts';
import { reachStore } from './store-error.ts';

export interface StoreProbes {
  /** Resolves when both buckets answer. */
  probeStorage(signal: AbortSignal): Promise<void>;
  /** Resolves when both tables answer. */
  probeMetadata(signal: AbortSignal): Promise<void>;
}

/** The cheapest questions that the service may ask of each store anyway. They reject as `reachStore`. */
export function createStoreProbes(
  clients: Pick<AwsClients, 's3' | 'dynamodb'>,
  stores: StoreNames,
): StoreProbes {
  const { s3, dynamodb } = clients;
  return {
    async probeStorage(abortSignal) {
      const buckets = [stores.modelsBucket, stores.runsBucket];
      const ask = (Bucket: string) => s3.send(new HeadBucketCommand({ Bucket }), { abortSignal });
      await reachStore('S3', () => Promise.all(buckets.map(ask)));
    },

    async probeMetadata(abortSignal) {
      const reads = [
        { TableName: stores.runsTable, Key: activeRunLock },
        {
          TableName: stores.modelsTable,
          Key: { [modelsTable.partitionKey]: 'health', [modelsTable.sortKey]: 'health' },
        },
      ];
      const ask = (read: GetCommandInput) => dynamodb.send(new GetCommand(read), { abortSignal });
      await reachStore('DynamoDB', () => Promise.all(reads.map(ask)));
    },
  };
}
