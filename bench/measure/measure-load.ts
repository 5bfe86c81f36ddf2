import type { Load } from '../engine/load.ts';
import { runScenario } from '../engine/run-scenario.ts';
import { LiveMetrics } from '../metrics/live-metrics.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { findAbortReason } from '../thresholds/find-abort-reason.ts';
import { parseThresholds } from '../thresholds/parse-threshold.ts';
import { readLiveMetrics } from '../thresholds/read-live-metrics.ts';

/** What a caller says of a load; what its thresholds need to abort it is added here. */
export type LoadOrder = Omit<Load, 'onAttempt' | 'onDropped' | 'onChecked' | 'findAbortReason'>;

/**
 * Drives the load and holds its thresholds that may abort it against live metrics.
 * @throws {Error} as `runScenario` does; before any load when a threshold cannot be read, with the faults of all.
 */
export async function measureLoad(order: LoadOrder): Promise<Measurement> {
  const { thresholds } = order.scenario;
  parseThresholds(thresholds);
  if (!thresholds.some(({ abortOnFail }) => abortOnFail)) return runScenario(order);
  const live = new LiveMetrics();
  return runScenario({
    ...order,
    onAttempt: (attempt) => live.record(attempt),
    onDropped() {
      live.droppedIterations += 1;
    },
    onChecked(passes, fails) {
      live.checks.passes += passes;
      live.checks.fails += fails;
    },
    findAbortReason: (elapsedSeconds) =>
      findAbortReason(thresholds, readLiveMetrics(live, elapsedSeconds), elapsedSeconds),
  });
}
