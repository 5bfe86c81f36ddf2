import { type Workload, workloadSchema } from '../../contract/workload.ts';
import { UsageError } from './exit-codes.ts';

export interface WorkloadFlags {
  readonly clients?: string;
  readonly model?: string;
  readonly duration?: string;
}

const flagNames: Readonly<Record<string, string>> = {
  num_clients: '--clients',
  model_id: '--model',
  duration_seconds: '--duration',
};

/** The workload that the flags ask for, defaults filled. @throws {UsageError} with all faults. */
export function parseWorkload(flags: WorkloadFlags): Workload {
  const fields = {
    ...(flags.clients === undefined ? {} : { num_clients: toNumber(flags.clients) }),
    ...(flags.model === undefined ? {} : { model_id: flags.model }),
    ...(flags.duration === undefined ? {} : { duration_seconds: toNumber(flags.duration) }),
  };
  const parsed = workloadSchema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const received: Readonly<Record<string, string | undefined>> = {
    num_clients: flags.clients,
    model_id: flags.model,
    duration_seconds: flags.duration,
  };
  const faults = parsed.error.issues.map((issue) => {
    const field = String(issue.path[0]);
    return `${flagNames[field] ?? field} is "${received[field]}"; allowed: ${issue.message}`;
  });
  throw new UsageError(faults.join('\n'));
}

function toNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
