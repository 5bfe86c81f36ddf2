import type { ModelRecord } from './model-record.ts';
import type { ModelStore } from './stores.ts';

const pageSize = 500;

/** Every published version, page by page as the store gives them. */
export async function* listAllModels(store: Pick<ModelStore, 'listModels'>): AsyncGenerator<ModelRecord> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ModelStore['listModels']>> = await store.listModels({
      limit: pageSize,
      cursor,
    });
    yield* page.records;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
