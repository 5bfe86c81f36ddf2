import { fillWorkload, findScenario, findWorkloadFaults } from '../../bench/index.ts';
import { profileSchema } from '../../contract/delivery-settings.ts';
import {
  defaultWorkload,
  scenarioNames,
  type Workload,
  type WorkloadRequest,
  workloadRequestSchema,
} from '../../contract/workload.ts';
import type { Fault } from '../domain-error.ts';
import { nestedTooDeeply, refuseBody, shown } from './refuse-body.ts';

const takenFields = Object.keys(workloadRequestSchema.shape).join(', ');
const takenProfileFields = Object.keys(profileSchema.shape).join(', ');

/**
 * Checks the trigger's body, also against its scenario and the most runners that the service can launch, and fills in what
 * that and the defaults give.
 * @throws {DomainError} `invalid_body` with a fault for every field that is wrong.
 */
export function checkWorkload(body: unknown, mostRunners: number): Workload {
  const parsed = workloadRequestSchema.safeParse(body);
  const faults = [
    ...(parsed.success ? listTooMany(parsed.data, mostRunners) : listFaults(body, parsed.error.issues)),
  ].map((fault) => (fault.field === 'runner_tasks' ? { ...fault, allowed: runnersRule(mostRunners) } : fault));
  const known = new Set(faults.map(({ field }) => field));
  faults.push(...listMeaningless(body).filter(({ field }) => !known.has(field)));
  if (parsed.success && faults.length === 0) return fillWorkload(parsed.data);
  throw refuseBody(faults);
}

function listTooMany({ runner_tasks = 1 }: WorkloadRequest, mostRunners: number): Fault[] {
  if (runner_tasks <= mostRunners) return [];
  return [{ field: 'runner_tasks', value: runner_tasks, allowed: runnersRule(mostRunners) }];
}

/** What one machine takes is less than what ECS does. */
function runnersRule(mostRunners: number): string {
  return `a whole number from 1 to ${mostRunners} where this service starts its runners`;
}

interface Issue {
  readonly code: string;
  readonly message: string;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

function listFaults(body: unknown, issues: readonly Issue[]): Fault[] {
  const faults = new Map<string, Fault>();
  for (const issue of issues) {
    const paths = issue.keys?.map((key) => [...issue.path, key]) ?? [issue.path];
    for (const field of paths.map((path) => path.join('.'))) {
      if (!faults.has(field)) faults.set(field, describeFault(body, field, issue));
    }
  }
  return [...faults.values()];
}

/** What means nothing to the scenario; empty where there is none of the name. */
function listMeaningless(body: unknown): Fault[] {
  if (typeof body !== 'object' || body === null) return [];
  const fields: Readonly<Record<string, unknown>> = { ...body };
  const { scenario = defaultWorkload.scenario } = fields;
  const name = scenarioNames.find((one) => one === scenario);
  if (name === undefined) return [];
  return findWorkloadFaults(findScenario(name), fields).map(({ field, allowed }) => ({
    field,
    value: bounded(fields[field]),
    allowed,
  }));
}

function describeFault(body: unknown, field: string, issue: Issue): Fault {
  if (field === '') {
    return { field: 'body', value: bounded(body), allowed: `a JSON object with the fields ${takenFields}` };
  }
  const value = bounded(readField(body, field));
  if (issue.code !== 'unrecognized_keys') return { field, value, allowed: issue.message };
  const taken = field.startsWith('profile.') ? takenProfileFields : takenFields;
  return { field, value, allowed: `it takes ${taken}` };
}

/** `profile.delivery` lies in the object `profile`; the body's own fields may have dots in their names. */
function readField(body: unknown, field: string): unknown {
  const fields = body as Record<string, unknown>;
  if (Object.hasOwn(fields, field)) return fields[field];
  const [outer, inner] = field.split('.');
  const nested = fields[outer ?? ''];
  return typeof nested === 'object' && nested !== null
    ? (nested as Record<string, unknown>)[inner ?? '']
    : nested;
}

/** Long values come back cut, and what cannot be written down as a note of that. */
function bounded(value: unknown): unknown {
  const text = shown(value);
  if (text === nestedTooDeeply) return text;
  return text.length > 200 ? `${text.slice(0, 200)}…` : value;
}
