import { mostClientsOfRunner, type WorkloadRequest } from '../../contract/workload.ts';
import { countMostShares } from '../scenario/split-scenario.ts';
import type { Scenario } from '../scenario.ts';

/** What a workload asks for although its scenario has nothing of the kind. */
export interface WorkloadFault {
  readonly field: keyof WorkloadRequest;
  /** In words that follow "allowed:". */
  readonly allowed: string;
}

type Request = Readonly<Partial<Record<keyof WorkloadRequest, unknown>>>;

/** More would not fit the memory in which a ledger is written and read. */
const mostRequests = 1_000_000;

/** The given fields that mean nothing to the scenario, and a number of requests that is too great as a whole. */
export function findWorkloadFaults(scenario: Scenario, request: Request): WorkloadFault[] {
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
    ...findWrongRunners(scenario, request),
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

function findExcess(scenario: Scenario, { num_clients, requests_per_client }: Request): WorkloadFault[] {
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

/** Every runner has at least one client and one request, and at most as many clients as one process drives. */
function findWrongRunners(scenario: Scenario, request: Request): WorkloadFault[] {
  const { num_clients, requests_per_client, runner_tasks = 1, allow_fewer } = request;
  const isNumber = (value: unknown) => value === undefined || typeof value === 'number';
  if (typeof runner_tasks !== 'number' || !isNumber(num_clients) || !isNumber(requests_per_client)) return [];
  if (allow_fewer !== undefined && runner_tasks === 1) {
    return [
      { field: 'allow_fewer', allowed: 'only with runner_tasks above 1: there are none that could be missing' },
    ];
  }
  const most = countMostShares(resize(scenario, request));
  if (runner_tasks > 1 && runner_tasks > most) {
    const allowed = `at most ${most} with this load, a client and a request for each runner`;
    return [{ field: 'runner_tasks', allowed }];
  }
  if (typeof num_clients !== 'number' || num_clients <= mostClientsOfRunner * runner_tasks) return [];
  const allowed = `at most ${mostClientsOfRunner} for each of runner_tasks, so ${mostClientsOfRunner * runner_tasks} here`;
  return [{ field: 'num_clients', allowed }];
}

/** With as many clients and requests as are asked for, where the scenario has such numbers. */
function resize(scenario: Scenario, { num_clients, requests_per_client }: Request): Scenario {
  const vus = typeof num_clients === 'number' ? num_clients : undefined;
  if (scenario.executor === 'per-vu-iterations') return { ...scenario, vus: vus ?? scenario.vus };
  if (scenario.executor !== 'shared-iterations') {
    return scenario.executor === 'constant-vus' ? { ...scenario, vus: vus ?? scenario.vus } : scenario;
  }
  const sharers = vus ?? scenario.vus;
  const iterations =
    typeof requests_per_client === 'number' ? requests_per_client * sharers : scenario.iterations;
  return { ...scenario, vus: sharers, iterations };
}
