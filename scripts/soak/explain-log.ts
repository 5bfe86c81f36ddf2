import type { FaultKind } from './fault-kinds.ts';

interface Explanation {
  readonly words: RegExp;
  /** Any of these explains it. */
  readonly by: readonly FaultKind[];
}

/** What the service and its runners say under faults, and which fault has them say it. */
const explanations: readonly Explanation[] = [];

/** Lines of the log that no fault which struck explains. */
export function findUnexplained(lines: readonly string[], struck: ReadonlySet<FaultKind>): string[] {
  return lines.filter(
    (line) => !explanations.some(({ words, by }) => words.test(line) && by.some((kind) => struck.has(kind))),
  );
}
