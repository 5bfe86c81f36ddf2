/** Milliseconds since 1970 with their fractions, as the machine's clock told them when this process began. */
export function readWallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
