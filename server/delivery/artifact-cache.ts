import type { ModelRecord } from '../registry/model-record.ts';
import type { ArtifactReader } from '../registry/stores.ts';
import { ArtifactFill, type FillEnd } from './artifact-fill.ts';
import { type CacheSpace, createCacheSpace, type Place, type SpaceUse } from './cache-space.ts';

/** How downloads found the caches of this process, and what became of reads. Since the start. */
export interface CacheCounts {
  /** The artifact was there as a whole. */
  hits: number;
  /** It was being read for somebody else. */
  joined: number;
  misses: number;
  /** There was no room for it, or the system had none. */
  bypassed: number;
  fillsKept: number;
  fillsFailed: number;
}

export interface ArtifactCache {
  /**
   * The artifact of a record in memory, or its only read from S3, which begins now unless it has begun. It stays until
   * the signal is aborted. No fill when there is no room for it.
   */
  use(record: ModelRecord, signal: AbortSignal): CacheUse;
  /** Reads under way fail, and nothing is kept. */
  close(): void;
}

/** `joined`: it was being read for somebody else. `bypassed`: there was no room, so that it is streamed. */
export type CacheResult = 'hit' | 'joined' | 'miss' | 'bypassed';

export interface CacheUse {
  readonly result: CacheResult;
  readonly fill: ArtifactFill | null;
}

/** What all caches of this process share. */
export interface SharedCache {
  readonly space: CacheSpace;
  readonly counts: CacheCounts;
}

interface Entry {
  readonly fill: ArtifactFill;
  readonly place: Place;
}

const countNames = { hit: 'hits', joined: 'joined', miss: 'misses', bypassed: 'bypassed' } as const;

/** Artifacts by the key of their object, which is another one for each upload: what is here can never be outdated. */
export function createArtifactCache(artifacts: ArtifactReader, { space, counts }: SharedCache): ArtifactCache {
  const entries = new Map<string, Entry>();

  function begin(record: ModelRecord): Entry | null {
    const { objectKey } = record;
    const place = space.take(record.sizeBytes, () => entries.delete(objectKey));
    if (place === null) return null;
    // Before S3 is asked, so that nothing of it is left over.
    const memory = allocate(record.sizeBytes);
    if (memory === null) {
      place.giveUp();
      return null;
    }
    const onEnd = (end: FillEnd) => {
      if (end === 'whole') {
        counts.fillsKept += 1;
        place.keep();
        return;
      }
      if (end === 'failed') counts.fillsFailed += 1;
      entries.delete(objectKey);
      place.giveUp();
    };
    const entry = { fill: new ArtifactFill(artifacts, record, memory, onEnd), place };
    entries.set(objectKey, entry);
    return entry;
  }

  return {
    use(record, signal) {
      const found = entries.get(record.objectKey);
      const entry = found ?? begin(record);
      const result = entry === null ? 'bypassed' : describeFound(found);
      counts[countNames[result]] += 1;
      entry?.place.use(signal);
      return { result, fill: entry?.fill ?? null };
    },
    close() {
      for (const { fill, place } of entries.values()) {
        fill.abort();
        place.giveUp();
      }
      entries.clear();
    },
  };
}

function describeFound(found: Entry | undefined): CacheResult {
  if (found === undefined) return 'miss';
  return found.fill.isWhole ? 'hit' : 'joined';
}

/** Null when the system has none. */
function allocate(sizeBytes: number): Buffer | null {
  try {
    return Buffer.allocUnsafeSlow(sizeBytes);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function createSharedCache(limitBytes: number): SharedCache {
  return {
    space: createCacheSpace(limitBytes),
    counts: { hits: 0, joined: 0, misses: 0, bypassed: 0, fillsKept: 0, fillsFailed: 0 },
  };
}

/** The same for one who may take less of it than all together; what is counted is counted there. */
export function limitCache(shared: SharedCache, limitBytes: number | undefined): SharedCache {
  if (limitBytes === undefined || limitBytes >= shared.space.readUse().limitBytes) return shared;
  return { space: shared.space.narrow(limitBytes), counts: shared.counts };
}

export function readCacheUse({ space, counts }: SharedCache): SpaceUse & CacheCounts {
  return { ...space.readUse(), ...counts };
}
