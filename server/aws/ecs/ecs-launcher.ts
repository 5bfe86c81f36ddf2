import type { ECSClient } from '@aws-sdk/client-ecs';
import { mostRunners } from '../../../contract/workload.ts';
import type { RunnerTasks } from '../../config.ts';
import type { LaunchedRun, Launcher, RunnerState } from '../../launcher.ts';
import type { RunLaunches } from '../run-launches.ts';
import { describeTask } from './describe-task.ts';
import { type EcsPatience, launchBatches, patientEcs } from './launch-batches.ts';
import { repeatThrottled } from './repeat-throttled.ts';
import { describeTasks, listTaskArns, stopTask } from './tasks.ts';

export interface EcsLauncherOptions {
  readonly ecs: ECSClient;
  readonly tasks: RunnerTasks;
  readonly launches: RunLaunches;
  readonly launchTimeoutSeconds: number;
  readonly patience?: EcsPatience;
  readonly onError: (error: unknown) => void;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** StopTask calls at the same time: ECS takes 40 in a burst (API throttling of the cluster's resources). */
const stopsAtOnce = 5;

interface Launch {
  readonly controller: AbortController;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

/** Starts runners as Fargate tasks: all that it has to remember lies in the runs table, so that any service can go on. */
export function createEcsLauncher(options: EcsLauncherOptions): Launcher {
  const { ecs, tasks, launches, patience = patientEcs } = options;
  const { cluster, taskFamily } = tasks;
  const underWay = new Map<string, Launch>();
  let looked: { runId: string; atMs: number; states: Promise<RunnerState[]> } | null = null;

  async function look({ run_id }: LaunchedRun): Promise<RunnerState[]> {
    const records = await launches.listLaunches(run_id);
    const launchedAt = new Map(
      records.flatMap((record) => record.task_arns.map((arn) => [arn, record.launched_at] as const)),
    );
    const known = await describeTasks(ecs, cluster, [...launchedAt.keys()]);
    const missing = records.flatMap(({ asked, task_arns, shortfall }) =>
      Array.from({ length: shortfall === null ? 0 : asked - task_arns.length }, () => shortfall ?? ''),
    );
    return [
      ...[...launchedAt].map(([arn, at]) =>
        describeTask(arn, known.get(arn), Date.now() - Date.parse(at) > patience.missingAfterMs),
      ),
      ...missing.map((reason) => ({ runner: '', stopped: true, said: `was not launched: ${reason}` })),
    ];
  }

  return {
    mostRunners,

    async launch(run) {
      const controller = new AbortController();
      const ended = launchBatches(options, run, controller.signal);
      const launch = { controller, ended: ended.catch(() => {}) };
      underWay.set(run.run_id, launch);
      try {
        await ended;
      } finally {
        if (underWay.get(run.run_id) === launch) underWay.delete(run.run_id);
      }
    },

    /** What ECS says is asked for at most every few seconds; that it says nothing is no news of a runner. */
    describeRunners(run) {
      if (looked?.runId !== run.run_id || performance.now() - looked.atMs > patience.lookEveryMs) {
        const states = look(run).catch((error) => {
          options.onError(error);
          return [];
        });
        looked = { runId: run.run_id, atMs: performance.now(), states };
      }
      return looked.states;
    },

    async stopRunners(runId, reason) {
      underWay.get(runId)?.controller.abort(new Error(reason));
      await underWay.get(runId)?.ended;
      const records = await launches.listLaunches(runId);
      const repeat = <Result>(call: () => Promise<Result>) => repeatThrottled(call, patience);
      const started = await repeat(() => listTaskArns(ecs, { cluster, startedBy: runId }));
      const arns = new Set([...records.flatMap(({ task_arns }) => task_arns), ...started]);
      const known = await repeat(() => describeTasks(ecs, cluster, [...arns]));
      const running = [...known.values()].filter(({ lastStatus }) => lastStatus !== 'STOPPED');
      for (let at = 0; at < running.length; at += stopsAtOnce) {
        const some = running.slice(at, at + stopsAtOnce);
        await Promise.all(
          some.map(({ taskArn = '' }) => repeat(() => stopTask(ecs, cluster, taskArn, reason))),
        );
      }
    },

    async listRuns() {
      const arns = await listTaskArns(ecs, { cluster, family: taskFamily });
      const known = await describeTasks(ecs, cluster, arns);
      const runs = [...known.values()].map(({ startedBy = '' }) => startedBy);
      return [...new Set(runs.filter((runId) => uuid.test(runId)))];
    },
  };
}
