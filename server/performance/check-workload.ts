import { profileSchema } from '../../contract/delivery-settings.ts';
import { type Workload, workloadSchema } from '../../contract/workload.ts';
import { DomainError, type Fault } from '../domain-error.ts';

const takenFields = Object.keys(workloadSchema.shape).join(', ');
const takenProfileFields = Object.keys(profileSchema.shape).join(', ');

/** Part of the interface, but of a later version: refused by name instead of ignored. */
const laterFields: readonly string[] = [
  'scenario',
  'requests_per_client',
  'runner_tasks',
  'experiment',
  'phase',
  'allow_fewer',
  'profile.cache_bytes',
];

/**
 * Checks the trigger's body and fills in the defaults.
 * @throws {DomainError} `invalid_body` with a fault for every field that is wrong.
 */
export function checkWorkload(body: unknown): Workload {
  const parsed = workloadSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const faults = new Map<string, Fault>();
  for (const issue of parsed.error.issues) {
    const keys =
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const fields = keys.map((path) => path.join('.'));
    for (const field of fields) {
      if (!faults.has(field)) faults.set(field, describeFault(body, field, issue));
    }
  }
  const list = [...faults.values()];
  const summary = list.map(({ field, value, allowed }) => `${field} is ${shown(value)}; allowed: ${allowed}`);
  throw new DomainError('invalid_body', `${summary.join('. ')}.`, { faults: list });
}

function describeFault(body: unknown, field: string, issue: { code: string; message: string }): Fault {
  if (field === '') {
    return { field: 'body', value: bounded(body), allowed: `a JSON object with the fields ${takenFields}` };
  }
  const value = bounded(readField(body, field));
  if (issue.code !== 'unrecognized_keys') return { field, value, allowed: issue.message };
  const later = laterFields.includes(field) ? 'this version does not take this field yet; ' : '';
  return {
    field,
    value,
    allowed: `${later}it takes ${field.startsWith('profile.') ? takenProfileFields : takenFields}`,
  };
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

const nestedTooDeeply = 'a value nested too deeply to be shown';

/** Long values come back cut, and what cannot be written down as a note of that. */
function bounded(value: unknown): unknown {
  const text = shown(value);
  if (text === nestedTooDeeply) return text;
  return text.length > 200 ? `${text.slice(0, 200)}…` : value;
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'missing';
  } catch {
    return nestedTooDeeply;
  }
}
