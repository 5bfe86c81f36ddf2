import type { z } from 'zod';
import { showAt } from './show-value.ts';

/**
 * What is wrong with options, a line each: the option, its value and what is allowed. `adviseOnKey` says what to do about
 * one that does not exist; the schemas' messages are words that follow "allowed:".
 */
export function describeFaults(
  error: z.ZodError,
  options: unknown,
  adviseOnKey: (path: readonly PropertyKey[]) => string,
): string[] {
  return error.issues
    .flatMap(flatten)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => adviseOnKey([...issue.path, key]))
        : [`${issue.path.join('.')} is ${showAt(options, issue.path)}; allowed: ${issue.message}`],
    );
}

/** Of a union, the faults of the alternative that fits best say what is wrong. */
function flatten(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const closest = issue.errors.toSorted((a, b) => deepest(b) - deepest(a))[0];
  if (!closest || deepest(closest) === 0) return [issue];
  return closest.flatMap(flatten).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function deepest(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
}
