import type { ThresholdResult } from '../../contract/report.ts';
import type { ScenarioThreshold } from '../scenario.ts';
import { evaluateThresholds, passes } from './evaluate-thresholds.ts';
import { findUnit } from './find-unit.ts';
import type { MetricReadings } from './metric-readings.ts';
import { parseThreshold } from './parse-threshold.ts';

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
  return `The threshold "${crossed.expression}" of ${crossed.metric} was crossed: it was ${formatCrossing(crossed)} after ${elapsedSeconds.toFixed(1)} s.`;
}

/** To three digits, or as it is where these would not cross the limit. */
function formatCrossing({ metric = '', expression, value }: ThresholdResult): string {
  const threshold = parseThreshold({ metric, expression });
  const rounded = Number(value?.toPrecision(3));
  const told = passes(rounded, threshold) ? value : rounded;
  return [told, findUnit(threshold)].filter((part) => part !== null).join(' ');
}
