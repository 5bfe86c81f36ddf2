import { defaultWorkload, type Workload, type WorkloadRequest } from '../../contract/workload.ts';
import { startsAtOnce } from '../scenario/find-length.ts';
import { findScenario } from './find-scenario.ts';

/** What was asked for, with the scenario's own values where nothing was; for a request without faults. */
export function fillWorkload(request: WorkloadRequest): Workload {
  const { scenario: name = defaultWorkload.scenario, profile, experiment, phase, note } = request;
  const { runner_tasks, allow_fewer } = request;
  const scenario = findScenario(name);
  const ownIterations = scenario.executor === 'per-vu-iterations' ? scenario.iterations : null;
  const isOfOneModel = scenario.models === 'one';
  return {
    scenario: name,
    num_clients: request.num_clients ?? ('vus' in scenario ? scenario.vus : null),
    requests_per_client: request.requests_per_client ?? ownIterations,
    model_id: isOfOneModel ? (request.model_id ?? defaultWorkload.model_id) : null,
    version: isOfOneModel ? (request.version ?? defaultWorkload.version) : null,
    duration_seconds: request.duration_seconds ?? (startsAtOnce(scenario) ? scenario.deadlineSeconds : null),
    ...(runner_tasks === undefined || runner_tasks === 1 ? {} : { runner_tasks }),
    ...(allow_fewer === undefined ? {} : { allow_fewer }),
    ...(profile === undefined ? {} : { profile }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(phase === undefined ? {} : { phase }),
    ...(note === undefined ? {} : { note }),
  };
}
