import type { LostShard } from '../../contract/run.ts';

/** The shards of a run that are not among those given, in order. */
export function listAbsentShards(count: number, present: ReadonlySet<number>): number[] {
  return Array.from({ length: count }, (_, shard) => shard).filter((shard) => !present.has(shard));
}

/**
 * Which share of the load a shard drives: those that are there share the whole, in the order of their numbers. Null for
 * one that the load began without.
 */
export function findShare(
  shard: number,
  count: number,
  absent: readonly LostShard[],
): { index: number; of: number } | null {
  if (absent.some((one) => one.shard === shard)) return null;
  const before = absent.filter((one) => one.shard < shard).length;
  return { index: shard - before, of: count - absent.length };
}
