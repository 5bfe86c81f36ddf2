/**
 * Model ids as the Hugging Face Hub writes them (`arnir0/Tiny-LLM`) and as paths and keys carry them
 * (`arnir0_Tiny-LLM`). A sanitized id is what routes, table keys and object keys use.
 */

const segment = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}';
const displayIdPattern = new RegExp(`^${segment}(?:/${segment})?$`);
const sanitizedIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,191}$/;
const versionPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const modelIdRule =
  'one or two parts joined by "/", each 1-96 characters of A-Z a-z 0-9 . _ - starting with a letter or digit, without ".."';
export const sanitizedIdRule =
  '1-192 characters of A-Z a-z 0-9 . _ - starting with a letter or digit, without ".."';
export const versionRule = '1-64 characters of A-Z a-z 0-9 . _ - starting with a letter or digit, without ".."';

/** The version that may be replaced; every other one is immutable once published. */
export const movableVersion = 'main';

export function isModelId(text: string): boolean {
  return displayIdPattern.test(text) && !text.includes('..');
}

export function isSanitizedId(text: string): boolean {
  return sanitizedIdPattern.test(text) && !text.includes('..');
}

export function isVersion(text: string): boolean {
  return versionPattern.test(text) && !text.includes('..');
}

/** `arnir0/Tiny-LLM` -> `arnir0_Tiny-LLM`. Two ids may meet here; the registry refuses the second one. */
export function sanitizeModelId(modelId: string): string {
  return modelId.replace('/', '_');
}
