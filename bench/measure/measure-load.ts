import type { Load } from '../engine/load.ts';
import { runScenario } from '../engine/run-scenario.ts';
import { LiveMetrics } from '../metrics/live-metrics.ts';
import type { Measurement } from '../metrics/measurement.ts';
import type { Scenario } from '../scenario.ts';
import { findAbortReason } from '../thresholds/find-abort-reason.ts';
import { parseThresholds } from '../thresholds/parse-threshold.ts';
import { readLiveMetrics } from '../thresholds/read-live-metrics.ts';

/** What a caller says of a load; what its limits need to stop it is added here. */
export type LoadOrder = Omit<Load, 'onAttempt' | 'onDropped' | 'onChecked' | 'findAbortReason'> & {
  /** Of bodies, beyond which the load is stopped within two seconds; no limit when absent. */
  readonly mostBytes?: number;
};

/**
 * Drives the load, ends it where it has its bytes, and holds its thresholds that may abort it against live metrics.
 * @throws {Error} as `runScenario` does; before any load when a threshold cannot be read, with the faults of all.
 */
export async function measureLoad({ mostBytes, ...order }: LoadOrder): Promise<Measurement> {
  const { thresholds } = order.scenario;
  parseThresholds(thresholds);
  const watched = thresholds.some(({ abortOnFail }) => abortOnFail) ? watchThresholds(thresholds) : {};
  return runScenario({
    ...order,
    ...watched,
    findAbortReason: (elapsedSeconds, receivedBytes) =>
      mostBytes !== undefined && receivedBytes > mostBytes
        ? `The load has downloaded ${receivedBytes} bytes, and may download ${Math.floor(mostBytes)}.`
        : (watched.findAbortReason?.(elapsedSeconds, receivedBytes) ?? null),
  });
}

function watchThresholds(thresholds: Scenario['thresholds']): Partial<Load> {
  const live = new LiveMetrics();
  return {
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
  };
}
