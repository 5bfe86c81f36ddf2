import { DomainError } from '../domain-error.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const allowed = 'a run id: a UUID in lower case';

export function isRunId(text: string): boolean {
  return uuid.test(text);
}

/** @throws {DomainError} `invalid_parameter` naming the parameter, the path's `run_id` unless told otherwise. */
export function requireRunId(text: string | string[] | undefined, field = 'run_id'): string {
  if (typeof text === 'string' && isRunId(text)) return text;
  const value = String(text ?? '').slice(0, 60);
  throw new DomainError('invalid_parameter', `${field} is "${value}"; allowed: ${allowed}.`, {
    faults: [{ field, value, allowed }],
  });
}
