/** No fault when both are the same, else one in words. */
export function expect(found: unknown, expected: unknown, what: string): string[] {
  return found === expected ? [] : [`${what} is ${found}, not ${expected}`];
}
