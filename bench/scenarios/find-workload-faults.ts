import type { WorkloadRequest } from '../../contract/workload.ts';
import type { Scenario } from '../scenario.ts';

/** What a workload asks for although its scenario has nothing of the kind. */
export interface WorkloadFault {
  readonly field: keyof WorkloadRequest;
  /** In words that follow "allowed:". */
  readonly allowed: string;
}

/** More would not fit the memory in which a ledger is written and read. */
const mostRequests = 1_000_000;

/** The given fields that mean nothing to the scenario, and a number of requests that is too great as a whole. */
export function findWorkloadFaults(
  scenario: Scenario,
  request: Readonly<Partial<Record<keyof WorkloadRequest, unknown>>>,
): WorkloadFault[] {
  const nothing = (field: keyof WorkloadRequest, because: string): WorkloadFault[] =>
    request[field] === undefined
      ? []
      : [{ field, allowed: `nothing with the scenario ${scenario.name}, which ${because}` }];
  return [
    ...('vus' in scenario ? [] : nothing('num_clients', describeClients(scenario))),
    ...('iterations' in scenario ? [] : nothing('requests_per_client', 'goes on for its duration')),
    ...(scenario.models === 'one'
      ? []
      : (['model_id', 'version'] as const).flatMap((field) => nothing(field, 'asks for all models'))),
    ...findExcess(scenario, request),
    ...findHalf(request),
  ];
}

/** A run is of an arm of an experiment, or of none. */
function findHalf({
  experiment,
  phase,
}: Readonly<Partial<Record<keyof WorkloadRequest, unknown>>>): WorkloadFault[] {
  if ((experiment === undefined) === (phase === undefined)) return [];
  return experiment === undefined
    ? [{ field: 'phase', allowed: 'only with experiment, the name of the experiment that the run is of' }]
    : [{ field: 'experiment', allowed: 'only with phase, before or after' }];
}

function describeClients({ executor }: Scenario): string {
  return executor === 'ramping-vus'
    ? 'changes the number of its clients by stages'
    : 'starts requests at its rate, with as many clients as that needs';
}

function findExcess(
  scenario: Scenario,
  { num_clients, requests_per_client }: Readonly<Partial<Record<keyof WorkloadRequest, unknown>>>,
): WorkloadFault[] {
  if (!('iterations' in scenario) || typeof requests_per_client !== 'number') return [];
  const clients = typeof num_clients === 'number' ? num_clients : scenario.vus;
  if (!(clients * requests_per_client > mostRequests)) return [];
  const most = Math.floor(mostRequests / clients);
  return [
    {
      field: 'requests_per_client',
      allowed: `at most ${most} with ${clients} clients, ${mostRequests} requests in all`,
    },
  ];
}
