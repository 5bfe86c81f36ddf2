import { findLogLine } from './domain-error.ts';

interface Repetition {
  readonly nextAtMs: number;
  suppressed: number;
}

/**
 * A log of errors. One that says what to do about it takes a line, and the same line is written once in `repeatMs`,
 * with how often it was not: in an outage every request fails for the same reason. Any other is written whole.
 */
export function createErrorLog(
  write: (entry: unknown) => void,
  { repeatMs = 60_000 } = {},
): (error: unknown) => void {
  const repetitions = new Map<string, Repetition>();

  return (error) => {
    const line = findLogLine(error);
    if (line === undefined) {
      write(error);
      return;
    }
    const last = repetitions.get(line);
    const nowMs = performance.now();
    if (last && nowMs < last.nextAtMs) {
      last.suppressed += 1;
      return;
    }
    repetitions.set(line, { nextAtMs: nowMs + repeatMs, suppressed: 0 });
    write(last?.suppressed ? `${line} (${last.suppressed} more since it was last written)` : line);
  };
}
