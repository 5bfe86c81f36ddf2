import { DomainError } from '../domain-error.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const allowed = 'a run id: a UUID in lower case';

export function isRunId(text: string): boolean {
  return uuid.test(text);
}

/** @throws {DomainError} `invalid_parameter` naming the path's `run_id`. */
export function requireRunId(text: string | undefined): string {
  if (text !== undefined && isRunId(text)) return text;
  const value = (text ?? '').slice(0, 60);
  throw new DomainError('invalid_parameter', `run_id is "${value}"; allowed: ${allowed}.`, {
    faults: [{ field: 'run_id', value, allowed }],
  });
}
