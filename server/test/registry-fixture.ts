import { randomUUID } from 'node:crypto';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createArtifactReader } from '../aws/artifact-reader.ts';
import { createArtifactStore } from '../aws/artifact-store.ts';
import { type AwsClients, createAwsClients, createDeliveryClient } from '../aws/clients.ts';
import { ensureStores } from '../aws/create-stores.ts';
import { createModelStore } from '../aws/model-store.ts';
import type { StoreNames } from '../config.ts';
import type { ArtifactReader, ArtifactStore, ModelStore } from '../registry/stores.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { openTestAws, type TestAws } from './open-test-aws.ts';

export interface RegistryFixture {
  readonly models: ModelStore;
  readonly artifacts: ArtifactStore;
  readonly reader: ArtifactReader;
  readonly clients: AwsClients;
  readonly stores: StoreNames;
  /** What stands between the clients and the stores. */
  readonly s3: FaultyProxy;
  readonly dynamodb: FaultyProxy;
  /** Keys of the artifacts in S3, of one version or of all. */
  listArtifacts(prefix?: string): Promise<readonly string[]>;
  /** Another one on the same servers. */
  createEmpty(): Promise<RegistryFixture>;
  /** Leaves the servers, and ends them when they are its own. */
  close(): Promise<void>;
}

/** An empty registry on the servers given, or on those that `openTestAws` chooses; points this process's AWS environment at them. */
export async function startRegistry(
  options: { s3MaxSockets?: number; silenceMs?: number; aws?: TestAws } = {},
): Promise<RegistryFixture> {
  const aws = options.aws ?? (await openTestAws());
  Object.assign(process.env, aws.env);
  const s3 = await startFaultyProxy(aws.env.AWS_ENDPOINT_URL_S3 ?? '');
  const dynamodb = await startFaultyProxy(aws.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  process.env.AWS_ENDPOINT_URL_S3 = s3.url;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamodb.url;
  const clients = createAwsClients();
  const deliveryClient = createDeliveryClient(options.s3MaxSockets ?? 10);
  const silence = options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs };
  const close = async () => {
    clients.destroy();
    deliveryClient.destroy();
    await Promise.all([s3.close(), dynamodb.close(), aws.stop()]);
  };
  const createEmpty = async (): Promise<RegistryFixture> => {
    const stores = nameStores();
    await ensureStores(clients, stores);
    return {
      models: createModelStore(clients.dynamodb, stores.modelsTable),
      artifacts: createArtifactStore(clients.s3, stores.modelsBucket),
      reader: createArtifactReader(deliveryClient, { bucket: stores.modelsBucket, ...silence }),
      clients,
      stores,
      s3,
      dynamodb,
      async listArtifacts(prefix) {
        const list = new ListObjectsV2Command({ Bucket: stores.modelsBucket, Prefix: prefix });
        const { Contents = [] } = await clients.s3.send(list);
        return Contents.map(({ Key }) => Key ?? '');
      },
      createEmpty,
      close,
    };
  };
  return createEmpty();
}

function nameStores(): StoreNames {
  const name = `test-${randomUUID()}`;
  return {
    modelsBucket: `${name}-m`,
    runsBucket: `${name}-r`,
    modelsTable: `${name}-m`,
    runsTable: `${name}-r`,
  };
}
