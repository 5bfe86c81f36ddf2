import type { LostShard } from '../../contract/run.ts';
import { formatCount } from './format.ts';

/** More are only counted. */
const mostNamed = 3;

/** `shard 2: killed; shard 7: PENDING` */
export function describeLost(lost: readonly LostShard[]): string {
  const named = lost.slice(0, mostNamed).map(({ shard, reason }) => `shard ${shard}: ${reason}`);
  const others = lost.length - named.length;
  return [...named, ...(others > 0 ? [`and ${formatCount(others)} more`] : [])].join('; ');
}
