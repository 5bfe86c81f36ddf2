import { DomainError, type Fault } from '../domain-error.ts';

/** `invalid_body`, which tells all faults of a trigger's body together. */
export function refuseBody(faults: readonly Fault[]): DomainError {
  const told = faults.map(({ field, value, allowed }) => `${field} is ${shown(value)}; allowed: ${allowed}`);
  return new DomainError('invalid_body', `${told.join('. ')}.`, { faults });
}

export const nestedTooDeeply = 'a value nested too deeply to be shown';

/** As JSON has it. */
export function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'missing';
  } catch {
    return nestedTooDeeply;
  }
}
