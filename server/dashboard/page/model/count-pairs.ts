/** `1 pair`, `8 pairs`. */
export function countPairs(pairs: number): string {
  return pairs === 1 ? '1 pair' : `${pairs} pairs`;
}
