import { deliveryStrategies } from '../../contract/environment.ts';
import { holdsArtifacts } from '../../contract/strategy-limits.ts';
import {
  defaultWorkload,
  scenarioNames,
  type WorkloadRequest,
  workloadRequestSchema,
} from '../../contract/workload.ts';
import { parseDuration } from '../scenario/parse-duration.ts';
import { findScenario } from '../scenarios/find-scenario.ts';
import { findWorkloadFaults } from '../scenarios/find-workload-faults.ts';
import { UsageError } from './exit-codes.ts';
import { speakOfFlags, type WorkloadFlags, workloadFlags } from './workload-flags.ts';

/** What is known of the service before there is one. */
export interface KnownService {
  readonly delivery?: string | undefined;
  readonly mostRunners?: number;
}

/** What the flags ask for and nothing else. @throws {UsageError} with all faults. */
export function parseWorkload(flags: WorkloadFlags, service: KnownService = {}): WorkloadRequest {
  const fields = readFields(flags);
  const parsed = workloadRequestSchema.safeParse(fields);
  const faults = new Map<string, string>();
  const add = (field: string, reason: string) => {
    if (!faults.has(field)) faults.set(field, describeFault(flags, field, reason));
  };
  for (const { path, message } of parsed.error?.issues ?? []) add(path.join('.'), `allowed: ${message}`);
  for (const { field, allowed } of listMeaningless(fields)) add(field, `allowed: ${allowed}`);
  for (const { field, reason } of listContradictions(fields, service)) add(field, reason);
  if (parsed.success && faults.size === 0) return parsed.data;
  throw new UsageError([...faults.values()].join('\n'));
}

type Fields = Readonly<Record<string, unknown>>;

function readFields(flags: WorkloadFlags): Fields {
  const fields: Record<string, unknown> = {};
  const profile: Record<string, unknown> = {};
  for (const { option, field } of workloadFlags) {
    const text = flags[option];
    if (text === undefined) continue;
    const [outer, inner] = field.split('.');
    const value = field === 'duration_seconds' ? readSeconds(text) : toValue(text);
    if (inner === undefined) fields[field] = value;
    else profile[inner] = value;
    if (outer === 'profile') fields.profile = profile;
  }
  return fields;
}

function readSeconds(text: string | true): unknown {
  return (text === true ? null : parseDuration(text)) ?? toValue(text);
}

function toValue(text: string | true): number | string | true {
  if (text === true) return true;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function describeFault(flags: WorkloadFlags, field: string, reason: string): string {
  const flag = workloadFlags.find((candidate) => candidate.field === field);
  const told = speakOfFlags(reason);
  return flag ? `--${flag.name} is "${flags[flag.option]}"; ${told}` : `${field}: ${told}`;
}

/** The service would refuse these, too, but only once there is one. */
function listMeaningless(fields: Fields): { field: string; allowed: string }[] {
  const { scenario = defaultWorkload.scenario } = fields;
  const name = scenarioNames.find((one) => one === scenario);
  return name === undefined ? [] : findWorkloadFaults(findScenario(name), fields);
}

function listContradictions(
  { profile, runner_tasks }: Fields,
  { delivery: own, mostRunners = Number.POSITIVE_INFINITY }: KnownService,
): { field: string; reason: string }[] {
  const parsed = workloadRequestSchema.shape.profile.safeParse(profile);
  const { delivery, download_concurrency } = parsed.data ?? {};
  const used = deliveryStrategies.find((name) => name === (delivery ?? own));
  const isIdle = download_concurrency !== undefined && used !== undefined && !holdsArtifacts(used);
  return [
    ...(isIdle
      ? [
          {
            field: 'profile.download_concurrency',
            reason: `${used} has no such limit; allowed: with the delivery buffered or blocking`,
          },
        ]
      : []),
    ...(Number(runner_tasks) > mostRunners
      ? [{ field: 'runner_tasks', reason: `allowed: at most ${mostRunners} on one machine` }]
      : []),
  ];
}
