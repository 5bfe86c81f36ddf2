import { createArtifactStore } from '../server/aws/artifact-store.ts';
import type { AwsClients } from '../server/aws/clients.ts';
import { ensureStores, type StoresReport } from '../server/aws/create-stores.ts';
import { createModelStore } from '../server/aws/model-store.ts';
import type { StoreNames } from '../server/config.ts';
import type { PublishStores } from '../server/registry/publish-request.ts';

export interface OpenedRegistry {
  readonly stores: PublishStores;
  readonly report: StoresReport;
}

/** The registry's stores for a command that publishes; what is missing of them is made. */
export async function openRegistry(clients: AwsClients, names: StoreNames): Promise<OpenedRegistry> {
  const report = await ensureStores(clients, names);
  const models = createModelStore(clients.dynamodb, names.modelsTable);
  const artifacts = createArtifactStore(clients.s3, names.modelsBucket);
  return { stores: { models, artifacts }, report };
}
