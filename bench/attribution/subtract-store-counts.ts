import type { StoreUse } from '../../contract/attribution.ts';
import { type AnswerCounts, noAnswers, type StoreCounts } from '../../contract/store-counts.ts';

/**
 * What a store did between two looks at its counts, of the kind given: a bucket, or DynamoDB's operation. Null when it
 * was not asked, does not count itself, or was started anew in between.
 */
export function subtractStoreCounts(
  before: StoreCounts | null,
  after: StoreCounts | null,
  kind: string,
): StoreUse | null {
  if (before === null || after === null || after.up_ms < before.up_ms) return null;
  const from = before.counts[kind] ?? noAnswers;
  const to = after.counts[kind] ?? noAnswers;
  const add = (field: keyof AnswerCounts) => to[field] - from[field];
  return {
    source: after.source,
    shaping: after.shaping,
    answers: add('answers'),
    aborted: add('aborted'),
    bytes: add('bytes'),
    first_byte_ms: add('first_byte_ms'),
    body_ms: add('body_ms'),
    reader_wait_ms: add('reader_wait_ms'),
    own_wait_ms: add('own_wait_ms'),
    utilization: Math.min(1, (after.busy_ms - before.busy_ms) / Math.max(1, after.up_ms - before.up_ms)),
    cpu_seconds: after.cpu_seconds - before.cpu_seconds,
  };
}
