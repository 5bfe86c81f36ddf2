import { formatCount } from '../../bench/report/format.ts';
import { type FaultKind, faultKinds } from './fault-kinds.ts';
import type { Check } from './judge-soak.ts';

/** Which faults struck how often, then each check with what was found. */
export function renderSoak(checks: readonly Check[], strikes: ReadonlyMap<FaultKind, number>): string {
  const kinds = Object.entries(faultKinds) as [FaultKind, string][];
  const width = Math.max(...kinds.map(([, words]) => words.length), ...checks.map(({ name }) => name.length));
  return [
    ...kinds.map(
      ([kind, words]) => `      ${words.padEnd(width)}  ${formatCount(strikes.get(kind) ?? 0).padStart(7)}`,
    ),
    '',
    ...checks.flatMap(({ name, holds, found, details }) => [
      `${describe(holds)}  ${name.padEnd(width)}  ${found}`,
      ...details.map((detail) => `      ${detail}`),
    ]),
  ].join('\n');
}

function describe(holds: boolean | null): string {
  if (holds === null) return 'told';
  return holds ? 'ok  ' : 'FAIL';
}
