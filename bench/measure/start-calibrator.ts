import { runScenario } from '../engine/run-scenario.ts';
import type { Calibrator } from './calibrator.ts';
import { describeCeiling } from './describe-ceiling.ts';
import { planCalibration } from './plan-calibration.ts';
import { startNullServer } from './start-null-server.ts';

/**
 * Starts a null server for as long as the calibrator is used; a measurement on it takes about three seconds at most.
 * @throws {Error} when the null server does not start; the signal's reason when it fires before.
 */
export async function startCalibrator(signal?: AbortSignal): Promise<Calibrator> {
  const server = await startNullServer(signal);
  return {
    async measureCeiling(scenario, models, stopSignal) {
      const measurement = await runScenario({
        scenario: planCalibration(scenario, models),
        url: server.url,
        headers: {},
        models: [],
        ...(stopSignal ? { signal: stopSignal } : {}),
      });
      stopSignal?.throwIfAborted();
      return describeCeiling(measurement);
    },
    stop: () => server.stop(),
  };
}
