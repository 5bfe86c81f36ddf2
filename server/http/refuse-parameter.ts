import { DomainError } from '../domain-error.ts';

/** An `invalid_parameter` that names the field, the value received, cut where it may be long, and what is allowed. */
export function refuseParameter(
  field: string,
  value: unknown,
  allowed: string,
  shown = JSON.stringify(value),
): DomainError {
  return new DomainError('invalid_parameter', `${field} is ${shown}; allowed: ${allowed}.`, {
    faults: [{ field, value, allowed }],
  });
}
