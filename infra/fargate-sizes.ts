/**
 * What Fargate offers: for each number of CPU units the least and most memory and the step, in MiB.
 * Source: Amazon ECS developer guide, task definition parameters for Fargate, 'Task size'.
 */
const offers: Readonly<Record<number, readonly [min: number, max: number, step: number]>> = {
  256: [512, 2_048, 512],
  512: [1_024, 4_096, 1_024],
  1024: [2_048, 8_192, 1_024],
  2048: [4_096, 16_384, 1_024],
  4096: [8_192, 30_720, 1_024],
  8192: [16_384, 61_440, 4_096],
  16384: [32_768, 122_880, 8_192],
};

/** Whether a Fargate task may have this much of both. */
export function isFargateSize(cpu: number, memoryMib: number): boolean {
  const [min, max, step] = offers[cpu] ?? [1, 0, 1];
  // The smallest task alone has no size between 1 and 2 GB.
  if (cpu === 256 && memoryMib === 1_536) return false;
  return memoryMib >= min && memoryMib <= max && (memoryMib - min) % step === 0;
}

/** The memory that goes with so many CPU units, in words; null when Fargate knows no such task. */
export function describeFargateSizes(cpu: number): string | null {
  const offer = offers[cpu];
  if (offer === undefined) return null;
  const [min, max, step] = offer;
  return cpu === 256 ? '512, 1024 or 2048 MiB' : `${min} to ${max} MiB in steps of ${step}`;
}
