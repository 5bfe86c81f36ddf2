import type { RampingVus } from '../../scenario.ts';

/**
 * When, from a time on, the virtual user of this number (counted from 0) is among the active ones: the time itself
 * if it is, null if it never will be. Between two targets the number of active ones changes evenly.
 */
export function findActiveMs(
  { startVus, stages }: Pick<RampingVus, 'startVus' | 'stages'>,
  user: number,
  fromMs: number,
): number | null {
  const needed = user + 1;
  let beginMs = 0;
  let level = startVus;
  for (const { durationSeconds, target } of stages) {
    const lastsMs = durationSeconds * 1_000;
    const endMs = beginMs + lastsMs;
    if (fromMs < endMs) {
      const now = Math.max(fromMs, beginMs);
      const levelNow = level + ((target - level) * (now - beginMs)) / lastsMs;
      if (levelNow >= needed) return now;
      if (target >= needed) return beginMs + (lastsMs * (needed - level)) / (target - level);
    }
    beginMs = endMs;
    level = target;
  }
  return null;
}
