import {
  applyWorkload,
  describeLoad,
  describeScenario,
  fillWorkload,
  findScenario,
  findWorkloadFaults,
  type Scenario,
} from '../../bench/index.ts';
import type { DeliverySettings } from '../../contract/delivery-settings.ts';
import type { Scenarios } from '../../contract/scenarios.ts';
import { scenarioNames, workloadRequestSchema } from '../../contract/workload.ts';

/** What the trigger takes: every scenario with the fields that mean something to it and the workload it is by itself. */
export function listScenarios(deliverySettings: DeliverySettings, mostRunners: number): Scenarios {
  return {
    scenarios: scenarioNames.map((name) => {
      const scenario = findScenario(name);
      const defaults = fillWorkload({ scenario: name });
      return {
        name,
        executor: scenario.executor,
        load: describeLoad(describeScenario(applyWorkload(defaults), null)),
        takes: listFields(scenario),
        defaults,
      };
    }),
    delivery_settings: deliverySettings,
    most_runners: mostRunners,
  };
}

function listFields(scenario: Scenario): Scenarios['scenarios'][number]['takes'] {
  const { options: fields } = workloadRequestSchema.keyof();
  // An experiment and its phase go together: given both, neither is a fault of the field that is asked about.
  const together = { experiment: 'any', phase: 'before' };
  return fields.filter((field) => findWorkloadFaults(scenario, { ...together, [field]: 1 }).length === 0);
}
