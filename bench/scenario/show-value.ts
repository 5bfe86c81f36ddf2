const longestText = 80;

/** A value as messages show it: short, and never empty. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** What stands at a path within a value. */
export function showAt(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key],
    value,
  );
  return show(found);
}
