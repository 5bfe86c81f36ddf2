/**
 * Neighbours in a sorted list need the same: cores (browsers, Pulumi), or mostly time (leases of runs). Cut into so many
 * parts and dealt out from each in turn, what runs at once needs different things.
 */
export function mixFiles<File>(sorted: readonly File[], parts: number): File[] {
  const size = Math.ceil(sorted.length / parts);
  return Array.from({ length: size }, (_, at) => sorted.filter((_file, index) => index % size === at)).flat();
}
