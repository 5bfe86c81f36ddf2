import { movableVersion } from '../../contract/model-id.ts';
import { RequestTrace, runTraced, timePhase } from '../request-trace.ts';
import type { ModelRecord } from './model-record.ts';
import { shareReads } from './share-reads.ts';
import type { ModelStore } from './stores.ts';

/** Records for many readers at once: see `createRecordReads`. */
export interface RecordReads {
  find(id: string, version: string): Promise<ModelRecord | null>;
  /** Asks the table whatever is kept: for whoever found that a record leads nowhere. */
  findAnew(id: string, version: string): Promise<ModelRecord | null>;
  /** To be told after each write of the version's record: no `find` that comes later gets what was read before. */
  forget(id: string, version: string): void;
}

interface KeptRecord {
  readonly record: ModelRecord;
  /** By `performance.now()`. */
  readonly untilMs: number;
}

/** How old the record of a version that moves may be: it is read ten times a second, however many ask. */
export const movableKeptMs = 100;
/** Some hundred bytes each. */
const mostKept = 1_000;

/**
 * Reads that come at once are shared: see `shareReads`. A record that was found is kept, the least recently used one
 * dropped beyond a thousand: that of a version that moves for 100 ms, in which only a write of another process, or one of
 * our own that lands after its answer was lost, can make it outdated; any other for good, for publishing refuses to replace
 * it and nothing removes it. That there is none is never kept, for it may be published at any time.
 */
export function createRecordReads(models: Pick<ModelStore, 'find'>): RecordReads {
  const kept = new Map<string, KeptRecord>();
  /** How often something was forgotten: a read that saw it happen may have found what was there before. */
  let forgotten = 0;
  // On behalf of many: each of them counts its own wait.
  const read = shareReads((key) => {
    const [id = '', version = ''] = key.split('/');
    return runTraced(new RequestTrace(), () => models.find(id, version));
  });

  async function findAnew(id: string, version: string): Promise<ModelRecord | null> {
    const key = `${id}/${version}`;
    const forgottenBefore = forgotten;
    const untilMs = version === movableVersion ? performance.now() + movableKeptMs : Number.POSITIVE_INFINITY;
    const record = await timePhase('metadata', () => read(key));
    if (forgotten !== forgottenBefore) return record;
    kept.delete(key);
    if (record !== null) keep(key, { record, untilMs });
    return record;
  }

  function keep(key: string, one: KeptRecord): void {
    kept.set(key, one);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) return;
      kept.delete(oldest);
    }
  }

  async function find(id: string, version: string): Promise<ModelRecord | null> {
    const key = `${id}/${version}`;
    const one = kept.get(key);
    if (one === undefined || one.untilMs <= performance.now()) return findAnew(id, version);
    kept.delete(key);
    keep(key, one);
    return one.record;
  }

  return {
    find,
    findAnew,
    forget(id, version) {
      forgotten += 1;
      kept.delete(`${id}/${version}`);
    },
  };
}
