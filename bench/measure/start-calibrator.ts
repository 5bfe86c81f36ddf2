import { runScenario } from '../engine/run-scenario.ts';
import type { Scenario } from '../scenario.ts';
import type { Calibrator } from './calibrator.ts';
import { describeCeiling } from './describe-ceiling.ts';
import { planCalibration, planWarmUp } from './plan-calibration.ts';
import { startNullServer } from './start-null-server.ts';

/**
 * Starts a null server for as long as the calibrator is used; a measurement on it takes about three seconds at most, and
 * what runs for the first time is warmed up before.
 * @throws {Error} when the null server does not start; the signal's reason when it fires before.
 */
export async function startCalibrator(signal?: AbortSignal): Promise<Calibrator> {
  const server = await startNullServer(signal);
  let isWarm = false;
  const load = async (scenario: Scenario, stopSignal: AbortSignal | undefined) => {
    const measurement = await runScenario({
      scenario,
      url: server.url,
      headers: {},
      models: [],
      ...(stopSignal ? { signal: stopSignal } : {}),
    });
    stopSignal?.throwIfAborted();
    return measurement;
  };
  return {
    async measureCeiling(scenario, models, stopSignal) {
      const calibration = planCalibration(scenario, models);
      if (!isWarm) await load(planWarmUp(calibration), stopSignal);
      isWarm = true;
      return describeCeiling(await load(calibration, stopSignal));
    },
    stop: () => server.stop(),
  };
}
