import type { Container, Task } from '@aws-sdk/client-ecs';
import type { RunnerState } from '../../launcher.ts';

/**
 * What a task's state says, in words a person can act on. A task that ECS does not know may be too new for it; only when
 * that cannot be any more does it count as stopped.
 */
export function describeTask(arn: string, task: Task | undefined, isOld: boolean): RunnerState {
  const name = `task ${arn.split('/').at(-1)}`;
  if (task === undefined) {
    return {
      runner: arn,
      stopped: isOld,
      said: `(${name}) is MISSING: ECS does not know it${isOld ? '; stopped tasks are forgotten after an hour' : ' yet'}`,
    };
  }
  const status = task.lastStatus ?? 'UNKNOWN';
  if (status !== 'STOPPED') {
    const created = task.createdAt === undefined ? '' : ` for ${secondsSince(task.createdAt)} s`;
    return {
      runner: arn,
      stopped: false,
      said: `(${name}) is ${status}${status === 'RUNNING' ? '' : created}`,
    };
  }
  const began = task.startedAt === undefined ? ' before it ran' : '';
  const reasons = [task.stoppedReason, ...(task.containers ?? []).map(describeContainer)].filter(Boolean);
  return {
    runner: arn,
    stopped: true,
    said: `(${name}) STOPPED${began}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}${advise(task)}`,
  };
}

function describeContainer({ exitCode, reason }: Container): string {
  return [
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}${explainExit(exitCode)}`]),
    ...(reason ? [reason] : []),
  ].join(', ');
}

/** Above 128 a signal ended the process, by the shell's convention, which container runtimes follow. */
function explainExit(exitCode: number): string {
  if (exitCode === 137) return ' (killed by SIGKILL: out of memory, or past its stop timeout)';
  if (exitCode === 143) return ' (ended by SIGTERM)';
  if (exitCode === 104) return ' (wrong configuration)';
  return '';
}

function advise({ stopCode, stoppedReason = '', containers = [] }: Task): string {
  const told = [stoppedReason, ...containers.map(({ reason = '' }) => reason)].join(' ');
  if (/OutOfMemory/i.test(told) || containers.some(({ exitCode }) => exitCode === 137)) {
    return '; give runners more memory, or fewer clients each';
  }
  if (/CannotPullContainer|CannotPullImage|pull/i.test(told)) {
    return '; check the image of the task definition and the way to ECR';
  }
  if (/ResourceInitializationError/.test(told))
    return '; check the way to SSM, ECR and the logs, and the execution role';
  if (stopCode === 'SpotInterruption') return '; run on FARGATE instead of FARGATE_SPOT';
  return "; its message is in the runner's log group";
}

function secondsSince(date: Date): number {
  return Math.round((Date.now() - date.getTime()) / 1_000);
}
