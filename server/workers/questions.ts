import type { LaunchedRun, RunnerState } from '../launcher.ts';
import type { WorkersState, WorkerUse } from '../telemetry/service-use.ts';
import type { ProcessMetrics } from '../telemetry/worker-metrics.ts';

/** What the workers that answered in time said, in no order, and how many there are. */
export interface Survey<Answer> {
  readonly answers: readonly Answer[];
  readonly workers: WorkersState;
}

/** What the primary process asks a worker. */
export interface WorkerQuestions {
  /** Begin to serve in this place; `joinedPort` is that on which others of the service listen. Answered with the URL. */
  readonly start: { readonly asked: { slot: number; joinedPort: number | null }; readonly answer: string };
  /** Whether its event loop turns. */
  readonly giveSign: { readonly asked: null; readonly answer: null };
  readonly readUse: { readonly asked: null; readonly answer: WorkerUse };
  readonly readMetrics: { readonly asked: null; readonly answer: ProcessMetrics };
}

/** What a worker asks the primary process: of the others, and of the runners that are its children. */
export interface PrimaryQuestions {
  readonly surveyUses: { readonly asked: null; readonly answer: Survey<WorkerUse> };
  readonly surveyMetrics: { readonly asked: null; readonly answer: Survey<ProcessMetrics> };
  readonly launch: { readonly asked: LaunchedRun; readonly answer: null };
  readonly describeRunners: { readonly asked: LaunchedRun; readonly answer: readonly RunnerState[] };
  readonly stopRunners: { readonly asked: { runId: string; reason: string }; readonly answer: null };
  readonly listRuns: { readonly asked: null; readonly answer: readonly string[] };
}
