import { findLongestSeconds, type Scenario } from '../../bench/index.ts';
import { calibrationLimitMs } from './calibration-limit.ts';

/** For stopping the load, writing the documents and the stores' own retries. */
const marginMs = 60_000;

/** After the hard deadline, for merging what there is without the runners that went past it. */
export const mergeMarginMs = 30_000;

/** When a run whose load starts at `loadStartMs` must have ended, whatever its runner does. */
export function hardDeadline(loadStartMs: number, scenario: Scenario): string {
  const loadMs = findLongestSeconds(scenario) * 1_000;
  return new Date(loadStartMs + loadMs + calibrationLimitMs + marginMs).toISOString();
}
