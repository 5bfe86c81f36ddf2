import type { ResultsPage } from '../../contract/results.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from './performance-context.ts';
import { toResults } from './results.ts';
import type { RunPosition } from './run-store.ts';
import { settleRun } from './settle-run.ts';

/**
 * A page of runs, newest first, every active one settled.
 * @throws {DomainError} `invalid_parameter` for a cursor that no page gave.
 */
export async function listRuns(
  context: PerformanceContext,
  page: { limit: number; cursor: string | null },
): Promise<ResultsPage> {
  const position = page.cursor === null ? null : decodeCursor(page.cursor);
  const { runs, next } = await context.runs.listRuns(page.limit, position);
  const settled = await Promise.all(runs.map((run) => settleRun(context, run)));
  return {
    runs: settled.map((run) => {
      const { progress: _, ...results } = toResults(run, null);
      return results;
    }),
    next_cursor: next && encodeCursor(next),
  };
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
