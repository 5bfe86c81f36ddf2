import { isSanitizedId, isVersion, sanitizedIdRule, versionRule } from '../../contract/model-id.ts';
import { refuseParameter } from './refuse-parameter.ts';

/** @throws {DomainError} `invalid_parameter`, naming the parameter and its value. */
export function readModelPath(params: Readonly<Record<string, string>>): { id: string; version: string } {
  return { id: readId(params), version: readParameter(params, 'version', isVersion, versionRule) };
}

/** @throws {DomainError} `invalid_parameter`, naming the parameter and its value. */
export function readId(params: Readonly<Record<string, string>>): string {
  return readParameter(params, 'id', isSanitizedId, sanitizedIdRule);
}

function readParameter(
  params: Readonly<Record<string, string>>,
  field: string,
  isAllowed: (text: string) => boolean,
  allowed: string,
): string {
  const text = params[field] ?? '';
  if (isAllowed(text)) return text;
  const value = text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
  throw refuseParameter(field, value, allowed);
}
