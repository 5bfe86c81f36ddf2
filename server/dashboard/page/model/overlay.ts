type Column = readonly (number | null)[];

/** Two curves over the same x: where only one has a point, the other has none. */
export function overlay(
  [x1, y1]: readonly [readonly number[], Column],
  [x2, y2]: readonly [readonly number[], Column],
): { x: number[]; one: (number | null)[]; other: (number | null)[] } {
  const x = [...new Set([...x1, ...x2])].toSorted((one, other) => one - other);
  const [first, second] = [
    new Map(x1.map((at, index) => [at, y1[index]])),
    new Map(x2.map((at, index) => [at, y2[index]])),
  ];
  return { x, one: x.map((at) => first.get(at) ?? null), other: x.map((at) => second.get(at) ?? null) };
}
