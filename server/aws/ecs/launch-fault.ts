import type { Failure } from '@aws-sdk/client-ecs';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { SdkError } from '@smithy/types';

/** Why tasks were not launched: whether to try again, and what a person can do. */
export interface LaunchFault {
  readonly kind: 'throttled' | 'unreachable' | 'capacity' | 'quota' | 'refused';
  readonly reason: string;
}

/** From an error of a call. */
export function readLaunchError(error: unknown): LaunchFault {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const told = `${name}: ${message}`;
  if (isQuota(message)) return quota(message);
  if (isCapacity(message)) return { kind: 'capacity', reason: message };
  if (isThrottlingError(error as SdkError)) {
    return { kind: 'throttled', reason: `ECS throttled RunTask (${told})` };
  }
  if (isTransientError(error as SdkError) || name === 'ServerException') {
    return { kind: 'unreachable', reason: `ECS could not be reached (${told})` };
  }
  return { kind: 'refused', reason: `${told}${advise(name)}` };
}

/** From `failures[]` of an answer with HTTP 200. */
export function readLaunchFailure({ reason = 'no reason', detail }: Failure): LaunchFault {
  const told = detail ? `${reason} (${detail})` : reason;
  if (isQuota(told)) return quota(told);
  if (isCapacity(told)) return { kind: 'capacity', reason: told };
  return { kind: 'refused', reason: told };
}

function isCapacity(text: string): boolean {
  return /capacity is unavailable|^RESOURCE:|AGENT/i.test(text);
}

/** "You've reached the limit on the number of vCPUs you can run concurrently", and the like of tasks. */
function isQuota(text: string): boolean {
  return /reached the limit|limit on the number of|vCPU.*limit/i.test(text);
}

function quota(told: string): LaunchFault {
  const advice =
    'ask for more "Fargate On-Demand vCPU resource count" in Service Quotas, or for fewer runner_tasks';
  return { kind: 'quota', reason: `${told.replace(/\.$/, '')}: ${advice}` };
}

function advise(name: string): string {
  if (name === 'ClusterNotFoundException') return '; check RUNNER_CLUSTER';
  if (name === 'AccessDeniedException') return '; allow ecs:RunTask and iam:PassRole to the service';
  if (name === 'ConflictException') return '; the launch was begun with other settings: trigger again';
  if (name === 'ClientException' || name === 'InvalidParameterException') {
    return '; check RUNNER_TASK_FAMILY, RUNNER_CONTAINER, RUNNER_SUBNETS and RUNNER_SECURITY_GROUPS';
  }
  return '';
}
