import type { ScenarioThreshold } from '../scenario.ts';
import { evaluateThresholds } from './evaluate-thresholds.ts';
import type { MetricReadings } from './metric-readings.ts';

/**
 * Why a load that goes on has to stop now: the first threshold with `abortOnFail` that is crossed after its
 * `delayAbortEval`; null when none is. A metric without a sample never aborts.
 */
export function findAbortReason(
  thresholds: readonly ScenarioThreshold[],
  readings: MetricReadings,
  elapsedSeconds: number,
): string | null {
  const due = thresholds.filter(
    ({ abortOnFail, delayAbortEvalSeconds }) => abortOnFail && elapsedSeconds >= delayAbortEvalSeconds,
  );
  const crossed = evaluateThresholds(due, readings).find(({ value, passed }) => value !== null && !passed);
  if (crossed === undefined) return null;
  return `The threshold "${crossed.expression}" of ${crossed.metric} was crossed: it was ${crossed.value} after ${elapsedSeconds.toFixed(1)} s.`;
}
