import type { Calibrator } from '../../../bench/index.ts';
import type { Ceiling } from '../../../contract/report.ts';
import type { RunRecord } from '../../../contract/run.ts';
import { calibrationLimitMs } from '../calibration-limit.ts';
import type { LoadPlan } from './plan-load.ts';
import { rejectAfterStop } from './reject-after-stop.ts';
import type { RunnerContext } from './runner-context.ts';

/** Measures, never during the load, what the load generator could do at most; null where that failed. */
export interface RunCalibration {
  /** Takes at most half of what is left until the launch timeout, which the load has to start before. */
  measureBefore(): Promise<Ceiling | null>;
  measureAfter(): Promise<Ceiling | null>;
  stop(): Promise<void>;
}

/** A calibration that fails or takes too long never fails the run: its ceiling is missing in the report. */
export function calibrateRun(
  {
    startCalibrator,
    warn,
    launchTimeoutSeconds,
  }: Pick<RunnerContext, 'startCalibrator' | 'warn' | 'launchTimeoutSeconds'>,
  run: RunRecord,
  { scenario, models }: LoadPlan,
  signal: AbortSignal,
): RunCalibration {
  let starting: Promise<Calibrator> | null = null;

  async function measure(limitMs: number): Promise<Ceiling | null> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Math.max(1, Math.round(limitMs)))]);
    try {
      starting ??= startCalibrator(signal);
      const measuring = starting.then((calibrator) => calibrator.measureCeiling(scenario, models, limit));
      return await Promise.race([measuring, rejectAfterStop(limit)]);
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      warn(`Run ${run.run_id} is not calibrated: ${reason}`);
      await stop();
      return null;
    }
  }

  /** A calibrator that does not stop must not hold up the run. */
  async function stop(): Promise<void> {
    const stopping = starting?.then((calibrator) => calibrator.stop());
    starting = null;
    await Promise.race([stopping, rejectAfterStop(AbortSignal.abort())]).catch(() => {});
  }

  return {
    measureBefore() {
      const launchLimitMs = Date.parse(run.started_at) + launchTimeoutSeconds * 1_000;
      return measure(Math.min(calibrationLimitMs, (launchLimitMs - Date.now()) / 2));
    },
    measureAfter: () => measure(calibrationLimitMs),
    stop,
  };
}
