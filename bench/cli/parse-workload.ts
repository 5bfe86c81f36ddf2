import { holdsArtifacts } from '../../contract/delivery-settings.ts';
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
import { type WorkloadFlags, workloadFlags } from './workload-flags.ts';

/** What the flags ask for and nothing else. @throws {UsageError} with all faults. */
export function parseWorkload(flags: WorkloadFlags): WorkloadRequest {
  const fields = readFields(flags);
  const parsed = workloadRequestSchema.safeParse(fields);
  const faults = new Map<string, string>();
  const add = (field: string, reason: string) => {
    if (!faults.has(field)) faults.set(field, describeFault(flags, field, reason));
  };
  for (const { path, message } of parsed.error?.issues ?? []) add(path.join('.'), `allowed: ${message}`);
  for (const { field, allowed } of listMeaningless(fields)) add(field, `allowed: ${allowed}`);
  for (const { field, reason } of listContradictions(fields)) add(field, reason);
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
  return flag ? `--${flag.name} is "${flags[flag.option]}"; ${reason}` : `${field}: ${reason}`;
}

/** The service would refuse these, too, but only once there is one. */
function listMeaningless(fields: Fields): { field: string; allowed: string }[] {
  const { scenario = defaultWorkload.scenario } = fields;
  const name = scenarioNames.find((one) => one === scenario);
  return name === undefined ? [] : findWorkloadFaults(findScenario(name), fields);
}

/** Without a delivery among the flags, the service's own decides, which only the service knows. */
function listContradictions({ profile }: Fields): { field: string; reason: string }[] {
  const parsed = workloadRequestSchema.shape.profile.safeParse(profile);
  const { delivery, download_concurrency } = parsed.data ?? {};
  if (download_concurrency === undefined || delivery === undefined || holdsArtifacts(delivery)) return [];
  return [{ field: 'profile.download_concurrency', reason: `${delivery} has no such limit` }];
}
