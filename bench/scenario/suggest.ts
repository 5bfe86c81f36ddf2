import { closestMatch } from 'leven';

/** A name that differs in more letters is another one. */
const mostDifferences = 3;

/** `; did you mean "burst-100"?` where a name is nearly one of those that there are, else empty. */
export function suggest(name: string, candidates: readonly string[]): string {
  const maxDistance = Math.min(mostDifferences, Math.floor(name.length / 2));
  const match = closestMatch(name, candidates, { maxDistance });
  return match === undefined ? '' : `; did you mean "${match}"?`;
}
