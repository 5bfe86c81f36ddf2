import { suggest } from '../scenario/suggest.ts';
import type { Scenario } from '../scenario.ts';
import { burst100 } from './burst-100.ts';
import { metadata } from './metadata.ts';
import { openRate } from './open-rate.ts';
import { ramp } from './ramp.ts';
import { resume } from './resume.ts';
import { sustained100 } from './sustained-100.ts';
import { zipf500 } from './zipf-500.ts';

export const scenarios: readonly Scenario[] = [
  burst100,
  sustained100,
  ramp,
  zipf500,
  metadata,
  resume,
  openRate,
];

/** @throws {Error} listing the names that there are. */
export function findScenario(name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario) return scenario;
  const names = scenarios.map((candidate) => candidate.name);
  throw new Error(`There is no scenario "${name}"${suggest(name, names) || ';'} allowed: ${names.join(', ')}.`);
}
