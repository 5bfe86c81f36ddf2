import type { Workload } from '../../contract/workload.ts';
import { type Overrides, overrideScenario } from '../scenario/override-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { findScenario } from './find-scenario.ts';

/**
 * The scenario of a workload, changed as it asks for. `requests_per_client` are the iterations of each client, also
 * where the scenario's clients share theirs; `duration_seconds` is the deadline of each request and cuts the load.
 * @throws {Error} when this version has no such scenario, or the scenario nothing that could be changed so.
 */
export function applyWorkload(workload: Workload): Scenario {
  const scenario = findScenario(workload.scenario);
  return overrideScenario(scenario, listOverrides(scenario, workload));
}

function listOverrides(
  scenario: Scenario,
  { num_clients, requests_per_client, duration_seconds }: Workload,
): Overrides {
  const sharers = scenario.executor === 'shared-iterations' ? (num_clients ?? scenario.vus) : 1;
  return {
    ...(num_clients === null ? {} : { vus: num_clients }),
    ...(requests_per_client === null ? {} : { iterations: requests_per_client * sharers }),
    ...(duration_seconds === null
      ? {}
      : { deadlineSeconds: duration_seconds, durationSeconds: duration_seconds }),
  };
}
