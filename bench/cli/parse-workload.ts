import { holdsArtifacts } from '../../contract/delivery-settings.ts';
import { type Workload, workloadSchema } from '../../contract/workload.ts';
import { UsageError } from './exit-codes.ts';
import { type WorkloadFlags, workloadFlags } from './workload-flags.ts';

/** The workload that the flags ask for, defaults filled. @throws {UsageError} with all faults. */
export function parseWorkload(flags: WorkloadFlags): Workload {
  const fields: Record<string, unknown> = {};
  const profile: Record<string, unknown> = {};
  for (const { option, field } of workloadFlags) {
    const text = flags[option];
    if (text === undefined) continue;
    const [outer, inner] = field.split('.');
    if (inner === undefined) fields[field] = toValue(text);
    else profile[inner] = toValue(text);
    if (outer === 'profile') fields.profile = profile;
  }
  const parsed = workloadSchema.safeParse(fields);
  if (parsed.success) return withoutContradiction(parsed.data);
  const faults = parsed.error.issues.map((issue) => {
    const field = issue.path.join('.');
    const flag = workloadFlags.find((candidate) => candidate.field === field);
    return flag
      ? `--${flag.name} is "${flags[flag.option]}"; allowed: ${issue.message}`
      : `${field}: ${issue.message}`;
  });
  throw new UsageError(faults.join('\n'));
}

/** The service would refuse it, too, but only once there is one. */
function withoutContradiction(workload: Workload): Workload {
  const { delivery, download_concurrency } = workload.profile ?? {};
  if (download_concurrency !== undefined && delivery !== undefined && !holdsArtifacts(delivery)) {
    throw new UsageError(`--download-concurrency is "${download_concurrency}"; ${delivery} has no such limit`);
  }
  return workload;
}

function toValue(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
