import { mostLocalRunners } from '../../contract/workload.ts';
import type { Launcher } from '../launcher.ts';
import type { WorkerUse } from '../telemetry/service-use.ts';
import type { ProcessMetrics } from '../telemetry/worker-metrics.ts';
import type { Partner } from './partner.ts';
import type { PrimaryQuestions, Survey } from './questions.ts';

/** What a worker of several knows of the service around it. */
export interface WorkerPlace {
  /** From 0. One that replaces another has its slot. */
  readonly slot: number;
  /** On which others of the service listen; null for the first. */
  readonly joinedPort: number | null;
  /** Of runners on this machine: they outlive the worker that was asked for them. */
  readonly localLauncher: Launcher;
  surveyUses(): Promise<Survey<WorkerUse>>;
  surveyMetrics(): Promise<Survey<ProcessMetrics>>;
}

/** The primary process only passes on, and gives the workers a second. */
const limitMs = 2_500;
/** Starting many processes takes its time. */
const launchLimitMs = 30_000;

export function createWorkerPlace(
  { slot, joinedPort }: Pick<WorkerPlace, 'slot' | 'joinedPort'>,
  primary: Partner<PrimaryQuestions>,
): WorkerPlace {
  return {
    slot,
    joinedPort,
    localLauncher: {
      mostRunners: mostLocalRunners,
      async launch({ run_id, shards, workload, started_at }) {
        await primary.ask('launch', { run_id, shards, workload, started_at }, launchLimitMs);
      },
      async describeRunners({ run_id, shards, workload, started_at }) {
        return primary.ask('describeRunners', { run_id, shards, workload, started_at }, limitMs);
      },
      async stopRunners(runId, reason) {
        await primary.ask('stopRunners', { runId, reason }, limitMs);
      },
      listRuns: () => primary.ask('listRuns', null, limitMs),
    },
    surveyUses: () => primary.ask('surveyUses', null, limitMs),
    surveyMetrics: () => primary.ask('surveyMetrics', null, limitMs),
  };
}
