import { unknownValue } from '@pulumi/pulumi/runtime/rpc.js';
import type { Resources } from '../support/find-resource.ts';

/** Inputs that would not be what they look like: still open, or made of something that is not there. */
export function findOpenValues(resources: Resources): string[] {
  return resources.flatMap(({ name, type, inputs }) =>
    listTexts(inputs).flatMap(([path, text]) => {
      const found = [unknownValue, 'undefined', '[object Object]', 'Calling [toString]'].find((part) =>
        text.includes(part),
      );
      return found === undefined
        ? []
        : [`${name} (${type}) has an open value in ${path}: ${text.slice(0, 80)}`];
    }),
  );
}

function listTexts(value: unknown, path = ''): (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (value === null || value === undefined) return [[path, 'undefined']];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    listTexts(inner, path === '' ? key : `${path}.${key}`),
  );
}
