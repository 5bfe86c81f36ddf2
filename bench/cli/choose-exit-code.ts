import type { Report } from '../../contract/report.ts';
import type { RunStatus } from '../../contract/run.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * The worst of what a run came to: no measurement, then figures that cannot be trusted, then thresholds. A load that
 * nobody interrupted is stopped early by a threshold alone.
 */
export function chooseExitCode(
  status: RunStatus,
  report: Pick<Report, 'verdict' | 'thresholds' | 'stopped_because'> | null,
  isInterrupted: boolean,
): number {
  if (isInterrupted) return exitCodes.interrupted;
  if (status !== 'completed' || report === null) return exitCodes.runFailed;
  if (report.verdict.value !== 'valid') return exitCodes.runInvalid;
  if (report.stopped_because !== null) return exitCodes.stoppedByThreshold;
  if (report.thresholds.some((threshold) => !threshold.passed)) return exitCodes.thresholdsCrossed;
  return exitCodes.ok;
}
