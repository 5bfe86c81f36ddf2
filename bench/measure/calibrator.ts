import type { Ceiling } from '../../contract/report.ts';
import type { Scenario, ServedModel } from '../scenario.ts';

/** Loads a null server as a scenario would load its service: what generator and machine can do at most. */
export interface Calibrator {
  /** @throws {Error} when the null server does not answer as it must; the signal's reason when it fires. */
  measureCeiling(scenario: Scenario, models: readonly ServedModel[], signal?: AbortSignal): Promise<Ceiling>;
  stop(): Promise<void>;
}
