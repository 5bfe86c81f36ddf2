import type { FileResult } from './run-test-file.ts';

export interface Outcome {
  readonly files: readonly FileResult[];
  /** Checks that are no test files. */
  readonly passedChecks?: number;
  readonly failedChecks?: number;
  /** `name: reason`, beside those of the files. */
  readonly skips?: readonly string[];
}

/** Prints the skips and, as the last line, `N passed, N failed`. Returns the exit code. */
export function printSummary(outcome: Outcome): 0 | 1 {
  const { files, passedChecks = 0, failedChecks = 0 } = outcome;
  const skips = [...files.flatMap((result) => result.skips), ...(outcome.skips ?? [])];
  for (const skip of skips) console.log(`skipped  ${skip}`);
  const passed = sum(files, (result) => result.passed) + passedChecks;
  const failed = sum(files, (result) => result.failed) + failedChecks;
  console.log(`${passed} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

function sum(list: readonly FileResult[], pick: (result: FileResult) => number): number {
  return list.reduce((total, result) => total + pick(result), 0);
}
