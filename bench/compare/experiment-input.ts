import type { Experiment, ExperimentDefinition } from '../../contract/experiment.ts';
import type { ExperimentPhase } from '../../contract/experiment-name.ts';
import type { Report } from '../../contract/report.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import type { Design } from '../statistics/design.ts';

/** One run of an experiment, with the reports of further loads on the same service. */
export interface RoundResult {
  readonly pair: number;
  readonly position: 1 | 2;
  readonly phase: ExperimentPhase;
  readonly report: Report;
  /** By scenario. */
  readonly guardReports: Readonly<Record<string, Report>>;
  /** Where the report lies, and the SHA-256 of its JSON text. */
  readonly document: string | null;
  readonly sha256: string;
}

export interface ExperimentInput {
  readonly name: string;
  readonly number: number | null;
  readonly question: string;
  readonly definition: ExperimentDefinition | null;
  readonly origin: Experiment['origin'];
  readonly command: Experiment['command'];
  readonly primary: string;
  readonly margin: number;
  readonly guards: readonly GuardPlan[];
  readonly design: Design;
  readonly seed: number | null;
  /** In order of time; pairs that lack a side count for nothing. */
  readonly rounds: readonly RoundResult[];
  /** Of clients that read S3 themselves, among the rounds. */
  readonly s3BytesPerSecond?: readonly number[];
  /** Why some of them, or all, were not measured. */
  readonly s3Unmeasured?: readonly string[];
  readonly arithmetic: Experiment['arithmetic'];
  /** Why no verdict may be given whatever the figures say, such as an order that nobody drew. */
  readonly objections: readonly string[];
  readonly draftReasons: readonly string[];
  /** The version before this one. */
  readonly previous: Experiment | null;
}

/** What must not get worse: a metric of the rounds themselves, or of another load on the same service. */
export interface GuardPlan {
  readonly metric: string;
  /** The smallest loss that matters, such as 0.1. */
  readonly margin: number;
  /** The scenario of the other load; absent for the rounds' own. */
  readonly scenario?: NonNullable<WorkloadRequest['scenario']>;
}
