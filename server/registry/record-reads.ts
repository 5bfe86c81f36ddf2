import { movableVersion } from '../../contract/model-id.ts';
import { RequestTrace, runTraced, timePhase } from '../request-trace.ts';
import type { ModelRecord } from './model-record.ts';
import { shareReads } from './share-reads.ts';
import type { ModelStore } from './stores.ts';

/** Records for many readers at once, none older than the call: see `createRecordReads`. */
export interface RecordReads {
  find(id: string, version: string): Promise<ModelRecord | null>;
  /** Asks the table whatever is kept: for whoever found that a record leads nowhere. */
  findAnew(id: string, version: string): Promise<ModelRecord | null>;
}

/** Some hundred bytes each. */
const mostKept = 1_000;

/**
 * Reads are shared, and never outdated: see `shareReads`. The record of a version that cannot move is kept once it was
 * found, the least recently used one dropped beyond a thousand: publishing refuses to replace it and nothing removes it, so
 * that no other instance can make it wrong. That there is none is never kept, for it may be published at any time.
 */
export function createRecordReads(models: Pick<ModelStore, 'find'>): RecordReads {
  const kept = new Map<string, ModelRecord>();
  // On behalf of many: each of them counts its own wait.
  const read = shareReads((key) => {
    const [id = '', version = ''] = key.split('/');
    return runTraced(new RequestTrace(), () => models.find(id, version));
  });

  async function findAnew(id: string, version: string): Promise<ModelRecord | null> {
    const key = `${id}/${version}`;
    const record = await timePhase('metadata', () => read(key));
    kept.delete(key);
    if (record !== null && version !== movableVersion) keep(key, record);
    return record;
  }

  function keep(key: string, record: ModelRecord): void {
    kept.set(key, record);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) return;
      kept.delete(oldest);
    }
  }

  return {
    async find(id, version) {
      const key = `${id}/${version}`;
      const record = kept.get(key);
      if (record === undefined) return findAnew(id, version);
      kept.delete(key);
      keep(key, record);
      return record;
    },
    findAnew,
  };
}
