/** Keys, indexes and well-known items of the two DynamoDB tables: read by local creation and by infra alike. */

export interface TableKeys {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly indexes: readonly { name: string; partitionKey: string; sortKey: string }[];
  readonly ttlAttribute: string | null;
}

/** One item a published version: `model_id` is the sanitized id. */
export const modelsTable = {
  partitionKey: 'model_id',
  sortKey: 'version',
  indexes: [],
  ttlAttribute: null,
} as const satisfies TableKeys;

export const runsTable = {
  partitionKey: 'run_id',
  sortKey: 'item',
  indexes: [{ name: 'by_started_at', partitionKey: 'kind', sortKey: 'started_at' }],
  ttlAttribute: 'expires_at',
} as const satisfies TableKeys;

/**
 * The sort key under which a model's display id is claimed, so that two ids that sanitize alike cannot both
 * publish. `#` is in no version.
 */
export const displayIdClaim = '#display-id';

/**
 * Sort keys below a run's id. Seconds and shards are padded so that they sort as numbers do; between the first second
 * and `run` lies nothing but progress, so that one query reads both.
 */
export const runItem = {
  run: 'run',
  shard: (index: number) => `shard#${String(index).padStart(4, '0')}`,
  shardPrefix: 'shard#',
  /** Which shards of a group have come as far as the phase: see `ShardGathering`. */
  gathering: (phase: string, group: string) => `gathering#${phase}#${group}`,
  /** The tasks that one call launched. */
  launch: (batch: number) => `launch#${String(batch).padStart(4, '0')}`,
  launchPrefix: 'launch#',
  instance: (instanceId: string) => `instance#${instanceId}`,
  instancePrefix: 'instance#',
  progress: (second: number) => `progress#${String(second).padStart(6, '0')}`,
  progressPrefix: 'progress#',
} as const;

/** The value of `kind` that puts a run into `by_started_at`. */
export const runKind = 'run';

/** An experiment's items: a version each, by its number, and a note of each run that is one of its own. */
export const experimentItem = {
  partition: (name: string) => `experiment#${name}`,
  version: (number: number) => String(number).padStart(6, '0'),
  /** What the numbers of versions begin with. */
  versionPrefix: '0',
  run: (startedAt: string, runId: string) => `run#${startedAt}#${runId}`,
  runPrefix: 'run#',
} as const;

/** The value of `kind` that puts a version of an experiment into `by_started_at`. */
export const experimentKind = 'experiment';

/** The item whose holder is the one active run. */
export const activeRunLock = { run_id: 'lock', item: 'active' } as const;

/** The item that counts completed runs; it outlives them. */
export const runTotals = { run_id: 'totals', item: 'totals' } as const;

/** How long items of the runs table are kept, by DynamoDB's time to live. */
export const retentionDays = { run: 90, progress: 7 } as const;
