import type { CacheUse } from './cache-metrics.ts';
import type { Load } from './gauge-timeline.ts';

/** What one process of the service has under way, and in memory. */
export interface WorkerUse {
  /** Null where no strategy has such a limit. */
  readonly load: Load | null;
  readonly cache: CacheUse;
}

export interface WorkersState {
  /** That there should be. */
  readonly wanted: number;
  /** Those that serve. */
  readonly alive: number;
  /** Of those alive, how many did not answer in time: what they do is in no sum. */
  readonly silent: number;
  /** Since the start of the service. */
  readonly replaced: number;
}

export const oneWorker: WorkersState = { wanted: 1, alive: 1, silent: 0, replaced: 0 };

/** What all processes of the service do together. */
export interface ServiceUse extends WorkerUse {
  readonly workers: WorkersState;
}

export function addUses(uses: readonly WorkerUse[]): WorkerUse {
  const loads = uses.flatMap(({ load }) => load ?? []);
  return {
    load: loads.length === 0 ? null : addFields(noLoad, loads),
    cache: addFields(
      noCache,
      uses.map(({ cache }) => cache),
    ),
  };
}

const noLoad: Load = { active: 0, queued: 0, limit: 0 };
const noCache: CacheUse = {
  limitBytes: 0,
  usedBytes: 0,
  artifacts: 0,
  fills: 0,
  hits: 0,
  joined: 0,
  misses: 0,
  bypassed: 0,
  evictions: 0,
  fillsKept: 0,
  fillsFailed: 0,
};

function addFields<Fields extends { readonly [Name in keyof Fields]: number }>(
  zeros: Fields,
  items: readonly Fields[],
): Fields {
  const names = Object.keys(zeros) as (keyof Fields)[];
  return Object.fromEntries(
    names.map((name) => [name, items.reduce((sum, item) => sum + item[name], 0)]),
  ) as Fields;
}
