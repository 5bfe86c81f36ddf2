import type { ThresholdResult } from '../../contract/report.ts';
import type { ScenarioThreshold } from '../scenario.ts';
import { evaluateThresholds, passes } from './evaluate-thresholds.ts';
import { findUnit } from './find-unit.ts';
import type { MetricReadings } from './metric-readings.ts';
import { parseThreshold } from './parse-threshold.ts';
import { thresholdMetrics } from './threshold-metrics.ts';

/** Live latencies are read from histograms of three significant digits. */
const histogramError = 1e-3;

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
  const crossed = evaluateThresholds(due, readings).find(isCrossed);
  if (crossed === undefined) return null;
  return `The threshold "${crossed.expression}" of ${crossed.metric} was crossed: it was ${formatCrossing(crossed)} after ${elapsedSeconds.toFixed(1)} s.`;
}

/** Of a latency, whatever it is within the digits of its histogram. */
function isCrossed({ metric = '', expression, value, passed }: ThresholdResult): boolean {
  if (value === null || passed) return false;
  const threshold = parseThreshold({ metric, expression });
  if (thresholdMetrics[threshold.metric] !== 'trend') return true;
  return [1 - histogramError, 1 + histogramError].every((factor) => !passes(value * factor, threshold));
}

/** To three digits, or as it is where these would not cross the limit. */
function formatCrossing({ metric = '', expression, value }: ThresholdResult): string {
  const threshold = parseThreshold({ metric, expression });
  const rounded = Number(value?.toPrecision(3));
  const told = passes(rounded, threshold) ? value : rounded;
  return [told, findUnit(threshold)].filter((part) => part !== null).join(' ');
}
