import type { ResultsPage } from '../../contract/results.ts';
import type { RunRecord, RunStatus } from '../../contract/run.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from './performance-context.ts';
import { toResults } from './results.ts';
import type { RunPosition } from './run-store.ts';
import { settleRun } from './settle-run.ts';

/** Which runs are wanted; null leaves a thing open. */
export interface RunFilter {
  readonly status: RunStatus | null;
  readonly delivery: string | null;
  readonly modelId: string | null;
  readonly scenario: string | null;
}

/** So many pages are looked through for runs that a filter lets pass; then the answer says where to go on. */
const mostPages = 5;
const wholePage = 100;

/**
 * A page of runs, newest first, every active one settled. With a filter it may hold fewer than the limit although
 * there are more: `next_cursor` tells.
 * @throws {DomainError} `invalid_parameter` for a cursor that no page gave.
 */
export async function listRuns(
  context: PerformanceContext,
  page: { limit: number; cursor: string | null },
  filter: RunFilter | null = null,
): Promise<ResultsPage> {
  let position = page.cursor === null ? null : decodeCursor(page.cursor);
  const found: RunRecord[] = [];
  for (let round = 0; round < (filter ? mostPages : 1); round += 1) {
    const { runs, next } = await context.runs.listRuns(filter ? wholePage : page.limit, position);
    const settled = await Promise.all(runs.map((run) => settleRun(context, run)));
    const passing = settled.filter((run) => filter === null || isWanted(run, filter));
    const taken = passing.slice(0, page.limit - found.length);
    found.push(...taken);
    const last = found.at(-1);
    // Others on this page are left for the next one.
    position = passing.length > taken.length && last ? last : next;
    if (position === null || found.length === page.limit) break;
  }
  return { runs: found.map(toListed), next_cursor: position && encodeCursor(position) };
}

function isWanted({ status, delivery_settings, workload }: RunRecord, filter: RunFilter): boolean {
  return (
    (filter.status === null || status === filter.status) &&
    (filter.delivery === null || delivery_settings?.delivery === filter.delivery) &&
    (filter.modelId === null || workload.model_id === filter.modelId) &&
    (filter.scenario === null || workload.scenario === filter.scenario)
  );
}

function toListed(run: RunRecord): ResultsPage['runs'][number] {
  const { progress: _, activity: __, planned_seconds: ___, ...listed } = toResults(run, null);
  return listed;
}

function encodeCursor({ started_at, run_id }: RunPosition): string {
  return Buffer.from(`${started_at} ${run_id}`).toString('base64url');
}

function decodeCursor(cursor: string): RunPosition {
  const [, started_at, run_id] =
    Buffer.from(cursor, 'base64url')
      .toString()
      .match(/^(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z) ([0-9a-f-]{36})$/) ?? [];
  if (started_at && run_id) return { started_at, run_id };
  const allowed = 'the next_cursor of a page before';
  throw new DomainError('invalid_parameter', `cursor is "${cursor.slice(0, 60)}"; allowed: ${allowed}.`, {
    faults: [{ field: 'cursor', value: cursor.slice(0, 60), allowed }],
  });
}
