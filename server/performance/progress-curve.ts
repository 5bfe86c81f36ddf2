import type { ProgressCurve } from '../../contract/live.ts';
import { mostCurvePoints } from '../../contract/live-events.ts';
import type { Progress } from '../../contract/run.ts';
import type { PerformanceContext } from './performance-context.ts';
import { readSettledRun } from './read-run.ts';

/**
 * How the run came along, thinned; empty once its progress has expired.
 * @throws {DomainError} `run_not_found`.
 */
export async function readProgressCurve(context: PerformanceContext, runId: string): Promise<ProgressCurve> {
  await readSettledRun(context, runId);
  const { progress } = await context.runs.readChanges(runId, -1);
  return { points: thinCurve(progress) };
}

/** At most `mostCurvePoints`, evenly chosen, first and last among them: what is cumulative in them stays exact. */
export function thinCurve(points: readonly Progress[]): Progress[] {
  if (points.length <= mostCurvePoints) return [...points];
  const step = (points.length - 1) / (mostCurvePoints - 1);
  return Array.from({ length: mostCurvePoints }, (_, index) => points[Math.round(index * step)] as Progress);
}
