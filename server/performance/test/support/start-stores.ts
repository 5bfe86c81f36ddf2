import { createDocumentStore } from '../../../aws/document-store.ts';
import { createRunStore } from '../../../aws/run-store.ts';
import { publishModel } from '../../../registry/publish-model.ts';
import { startRegistry } from '../../../test/registry-fixture.ts';

export type TestStores = Awaited<ReturnType<typeof startStores>>;

const modelBytes = 100_000;

/** A registry with one published model of 100,000 bytes, and the runs' stores beside it. */
export async function startStores() {
  const registry = await startRegistry({ s3MaxSockets: 50 });
  const content = (async function* () {
    yield Buffer.alloc(modelBytes, 'weights');
  })();
  await publishModel(registry, { modelId: 'arnir0/Tiny-LLM', version: 'main', content });
  const documents = createDocumentStore(registry.clients.s3, registry.stores.runsBucket);
  return {
    ...registry,
    runs: createRunStore(registry.clients.dynamodb, registry.stores.runsTable, documents),
    documents,
    /** What leads another process to the same stores. */
    env: {
      MODELS_BUCKET: registry.stores.modelsBucket,
      RUNS_BUCKET: registry.stores.runsBucket,
      MODELS_TABLE: registry.stores.modelsTable,
      RUNS_TABLE: registry.stores.runsTable,
    },
  };
}
