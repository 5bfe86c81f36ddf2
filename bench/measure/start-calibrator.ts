import { runScenario } from '../engine/run-scenario.ts';
import type { Scenario, ServedModel } from '../scenario.ts';
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
  const load = async (
    scenario: Scenario,
    models: readonly ServedModel[],
    stopSignal: AbortSignal | undefined,
  ) => {
    const measurement = await runScenario({
      scenario,
      url: server.url,
      headers: {},
      models,
      ...(stopSignal ? { signal: stopSignal } : {}),
    });
    stopSignal?.throwIfAborted();
    return measurement;
  };
  return {
    async measureCeiling(scenario, models, stopSignal) {
      const calibration = planCalibration(scenario);
      if (!isWarm) await load(planWarmUp(calibration), models, stopSignal);
      isWarm = true;
      return describeCeiling(await load(calibration, models, stopSignal));
    },
    stop: () => server.stop(),
  };
}
