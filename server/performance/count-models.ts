import { listAllModels } from '../registry/list-all-models.ts';
import type { ModelStore } from '../registry/stores.ts';

const maxAgeMs = 30_000;

/** Counts the published versions, at most every half minute: the dashboard asks far more often than models come. */
export function createModelCount(store: Pick<ModelStore, 'listModels'>): () => Promise<number> {
  let counted: { count: Promise<number>; atMs: number } | null = null;
  return () => {
    if (counted === null || performance.now() - counted.atMs > maxAgeMs) {
      counted = { count: countModels(store), atMs: performance.now() };
      counted.count.catch(() => {
        counted = null;
      });
    }
    return counted.count;
  };
}

async function countModels(store: Pick<ModelStore, 'listModels'>): Promise<number> {
  let count = 0;
  for await (const _ of listAllModels(store)) count += 1;
  return count;
}
