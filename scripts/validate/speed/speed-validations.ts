import type { Validation, ValidationResult } from '../validation.ts';
import { measureCold } from './measure-cold.ts';
import { measureHealth } from './measure-health.ts';
import { measureMemory } from './measure-memory.ts';
import { measureScale } from './measure-scale.ts';
import { measureWarm } from './measure-warm.ts';
import { type Stage, withStage } from './stage.ts';

interface Part {
  readonly name: string;
  readonly claim: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly measure: (stage: Stage, rounds: number, say: (text: string) => void) => Promise<ValidationResult>;
}

const parts: readonly Part[] = [
  {
    name: 'speed-warm',
    claim: 'a warm burst by the defaults against streamed, the seed design and the null server',
    seconds: 130,
    rounds: 6,
    measure: measureWarm,
  },
  {
    name: 'speed-cold',
    claim: "a fresh process's first burst costs little more than a warm one, and S3 is asked once",
    seconds: 60,
    rounds: 6,
    measure: measureCold,
  },
  {
    name: 'speed-health',
    claim: '/health/live is answered at once while bursts are served',
    seconds: 90,
    rounds: 6,
    measure: measureHealth,
  },
  {
    name: 'speed-scale',
    claim: '10, 100 and 1,000 clients get the same throughput, within 25 %',
    seconds: 200,
    rounds: 10,
    measure: measureScale,
  },
  {
    name: 'speed-memory',
    claim: 'memory stays bounded under bursts, 1,000 slow readers and 2,000 idle connections',
    seconds: 80,
    rounds: 3,
    measure: measureMemory,
  },
];

/** How fast the service is by its defaults, and what it costs: all of it, and each part by itself. */
export const speedValidations: readonly Validation[] = [
  {
    name: 'speed',
    claim: 'how fast the defaults are, and at what cost: the five that follow, one after the other',
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    rounds: Math.min(...parts.map(({ rounds }) => rounds)),
    run: (say, rounds) => measureParts(parts, rounds, say),
  },
  ...parts.map((part) => ({
    ...part,
    run: (say: (text: string) => void, rounds?: number) => measureParts([part], rounds, say),
  })),
];

function measureParts(
  wanted: readonly Part[],
  rounds: number | undefined,
  say: (text: string) => void,
): Promise<ValidationResult> {
  return withStage(async (stage) => {
    const results: ValidationResult[] = [];
    for (const part of wanted) results.push(await part.measure(stage, rounds ?? part.rounds, say));
    return {
      table: results.map(({ table }) => table).join('\n\n'),
      judgements: results.flatMap(({ judgements }) => judgements),
    };
  });
}
