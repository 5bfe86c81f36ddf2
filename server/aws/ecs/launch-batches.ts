import { setTimeout as sleep } from 'node:timers/promises';
import { type ECSClient, RunTaskCommand, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { RunnerTasks } from '../../config.ts';
import type { LaunchedRun } from '../../launcher.ts';
import type { LaunchRecord, RunLaunches } from '../run-launches.ts';
import { type LaunchFault, readLaunchError, readLaunchFailure } from './launch-fault.ts';

export interface EcsPatience {
  /** Before the second call for the same tasks; doubled each time, a random half of it left out. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** ECS launches 100 Fargate tasks in a burst and 20 a second after that. */
  readonly pauseAfterBurstMs: number;
  readonly lookEveryMs: number;
  /** What ECS answers lags behind what it did. */
  readonly missingAfterMs: number;
}

export const patientEcs: EcsPatience = {
  firstPauseMs: 500,
  longestPauseMs: 15_000,
  pauseAfterBurstMs: 500,
  lookEveryMs: 5_000,
  missingAfterMs: 60_000,
};

interface LaunchOptions {
  readonly ecs: ECSClient;
  readonly tasks: RunnerTasks;
  readonly launches: RunLaunches;
  readonly launchTimeoutSeconds: number;
  readonly patience?: EcsPatience;
}

/** RunTask takes no more. */
const tasksPerCall = 10;
const batchesInBurst = 10;

/**
 * Launches a run's tasks, ten a call. A token of our own makes a call that is repeated, by whichever service, return the
 * tasks of the first one. What ECS throttles or has no room for is asked for again until the launch timeout.
 * @throws {Error} saying how many there are and why not all, unless the workload allows fewer and there is one.
 * @throws the signal's reason, when it fires, as soon as no call is under way.
 */
export async function launchBatches(
  options: LaunchOptions,
  run: LaunchedRun,
  signal: AbortSignal,
): Promise<void> {
  const { launches, patience = patientEcs } = options;
  const begun = new Map((await launches.listLaunches(run.run_id)).map((record) => [record.batch, record]));
  const batches = Array.from({ length: Math.ceil(run.shards / tasksPerCall) }, (_, batch) => batch);
  const results = await Promise.all(
    batches.map(async (batch) => {
      await pause(Math.max(0, batch + 1 - batchesInBurst) * patience.pauseAfterBurstMs, signal);
      return launchBatch(options, run, begun.get(batch) ?? beginBatch(run, batch), signal);
    }),
  );
  signal.throwIfAborted();
  const launched = results.reduce((sum, { count }) => sum + count, 0);
  const faults = results.flatMap((result) => result.fault ?? []);
  const fault = faults.find(({ kind }) => kind === 'refused') ?? faults[0];
  if (fault === undefined || (run.workload.allow_fewer === true && launched > 0)) return;
  const within =
    fault.kind === 'refused' ? '' : ` within LAUNCH_TIMEOUT_SECONDS (${options.launchTimeoutSeconds} s)`;
  throw new Error(`${launched} of ${run.shards} tasks were launched${within}: ${fault.reason}.`);
}

function beginBatch({ shards, started_at }: LaunchedRun, batch: number): LaunchRecord {
  const asked = Math.min(tasksPerCall, shards - batch * tasksPerCall);
  return { batch, asked, task_arns: [], answers: 0, shortfall: null, launched_at: started_at };
}

/** Until the batch is whole, or the time is over, or ECS refuses for good. Each answer is kept before the next call. */
async function launchBatch(
  { ecs, tasks, launches, launchTimeoutSeconds, patience = patientEcs }: LaunchOptions,
  run: LaunchedRun,
  begun: LaunchRecord,
  signal: AbortSignal,
): Promise<{ count: number; fault: LaunchFault | null }> {
  const deadlineMs = Date.parse(run.started_at) + launchTimeoutSeconds * 1_000;
  let record = begun;
  for (let pauseMs = patience.firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, patience.longestPauseMs)) {
    const missing = record.asked - record.task_arns.length;
    if (missing === 0 || signal.aborted) return { count: record.task_arns.length, fault: null };
    const { arns, isAnswer, fault } = await callOnce(ecs, describeCall(tasks, run, record, missing));
    const waitMs = pauseMs * (1 - Math.random() / 2);
    const isOver = fault !== null && (fault.kind === 'refused' || Date.now() + waitMs > deadlineMs);
    record = {
      ...record,
      task_arns: [...record.task_arns, ...arns],
      answers: record.answers + (isAnswer ? 1 : 0),
      shortfall: isOver ? fault.reason : null,
      launched_at: arns.length > 0 ? new Date().toISOString() : record.launched_at,
    };
    if (isAnswer || isOver) await launches.writeLaunch(run.run_id, record);
    if (isOver) return { count: record.task_arns.length, fault };
    if (fault !== null) await pause(waitMs, signal);
  }
}

/** Ends early when the signal fires. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

interface Call {
  readonly arns: readonly string[];
  /** Whether ECS did what it could, so that the next call is another one. */
  readonly isAnswer: boolean;
  readonly fault: LaunchFault | null;
}

async function callOnce(ecs: ECSClient, input: RunTaskCommandInput): Promise<Call> {
  try {
    const { tasks = [], failures = [] } = await ecs.send(new RunTaskCommand(input));
    const faults = failures.map(readLaunchFailure);
    const fault = faults.find(({ kind }) => kind === 'refused') ?? faults[0] ?? null;
    const arns = tasks.flatMap(({ taskArn }) => taskArn ?? []);
    const isShort = arns.length < (input.count ?? 1);
    return {
      arns,
      isAnswer: true,
      fault:
        fault ?? (isShort ? { kind: 'capacity', reason: 'ECS launched fewer tasks than asked for' } : null),
    };
  } catch (error) {
    return { arns: [], isAnswer: false, fault: readLaunchError(error) };
  }
}

function describeCall(
  { cluster, taskFamily, container, subnets, securityGroups }: RunnerTasks,
  { run_id }: LaunchedRun,
  { batch, answers }: LaunchRecord,
  count: number,
): RunTaskCommandInput {
  return {
    cluster,
    taskDefinition: taskFamily,
    launchType: 'FARGATE',
    count,
    startedBy: run_id,
    clientToken: `${run_id}.${batch}.${answers}`,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnets],
        securityGroups: [...securityGroups],
        assignPublicIp: 'ENABLED',
      },
    },
    overrides: { containerOverrides: [{ name: container, command: [run_id] }] },
    propagateTags: 'TASK_DEFINITION',
  };
}
