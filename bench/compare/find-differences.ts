import { isDeepStrictEqual } from 'node:util';
import type { Report } from '../../contract/report.ts';

/** A field that two documents do not agree on. */
export interface Difference {
  /** Such as `environment.kernel`. */
  readonly field: string;
  readonly one: unknown;
  readonly other: unknown;
}

/** Differs between repetitions of one load, or follows from what does. */
const ownOfRun: readonly string[] = ['seed', 'tags', 'source_sha256'];

/** What has to be equal for two runs to be compared: where they ran, and what the load was. */
export function findEnvironmentDifferences(one: Report, other: Report): Difference[] {
  return [
    ...findDifferences('environment', one.fingerprint.environment, other.fingerprint.environment),
    ...findDifferences('scenario', describeLoad(one), describeLoad(other)),
  ];
}

/** What was measured: may differ, and is what the comparison is about. */
export function findSubjectDifferences(one: Report, other: Report): Difference[] {
  return findDifferences('subject', one.fingerprint.subject, other.fingerprint.subject);
}

/** Of two flat objects; a field is named with the prefix. */
export function findDifferences(prefix: string, one: object, other: object): Difference[] {
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  const fields = [...new Set([...left.keys(), ...right.keys()])];
  return fields
    .filter((field) => !isDeepStrictEqual(left.get(field), right.get(field)))
    .map((field) => ({
      field: `${prefix}.${field}`,
      one: left.get(field) ?? null,
      other: right.get(field) ?? null,
    }));
}

/** `environment.kernel: "Linux 6.1" and "Linux 6.8"`. */
export function describeDifference({ field, one, other }: Difference): string {
  return `${field}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
}

function describeLoad({ scenario, target }: Report): object {
  const fields = Object.entries(scenario).filter(([name]) => !ownOfRun.includes(name));
  return { ...Object.fromEntries(fields), model: target?.digest ?? target?.model_id ?? null };
}
