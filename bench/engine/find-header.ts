/** The first value in the parser's flat list, `[name, value, name, value, ...]`; names in lower case. */
export function findHeader(flat: readonly string[], name: string): string | null {
  return listHeader(flat, name)[0] ?? null;
}

/** Every value that a name has in the parser's flat list, in order. */
export function listHeader(flat: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    if (flat[index]?.toLowerCase() === name) values.push(flat[index + 1] ?? '');
  }
  return values;
}
