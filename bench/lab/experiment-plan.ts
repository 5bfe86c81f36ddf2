import type { ArmSettings } from '../../contract/delivery-settings.ts';
import type { ExperimentDefinition, Stage } from '../../contract/experiment.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import type { GuardPlan } from '../compare/experiment-input.ts';
import type { Design } from '../statistics/design.ts';

/** One arm: how the service delivers, and, where the stage itself is what is changed, how its store acts. */
export interface ArmPlan {
  readonly settings: ArmSettings;
  readonly stage: Stage | null;
}

/** What an experiment file says, checked and filled up. */
export interface ExperimentPlan {
  readonly name: string;
  readonly question: string;
  readonly hypothesis: string;
  readonly before: ArmPlan;
  readonly after: ArmPlan;
  readonly workload: WorkloadRequest;
  /** A registry with one artifact of this size instead of the 500 models of a benchmark; null for those. */
  readonly artifactBytes: number | null;
  readonly primary: string;
  readonly margin: number;
  readonly predicted: ExperimentDefinition['predicted'];
  readonly guards: readonly GuardPlan[];
  readonly design: Design;
  readonly budgetMinutes: number;
  /** What the stage's parameters alone imply. */
  readonly arithmetic: { readonly ratio: number; readonly because: string } | null;
  /** Figures that somebody else published of the same change, on hardware of his own. */
  readonly published: PublishedFigures | null;
}

export interface PublishedFigures {
  readonly source: string;
  readonly rows: readonly { readonly metric: string; readonly before: string; readonly after: string }[];
}

/** The name of the one model of a registry that an experiment has made for itself. */
export function nameArtifact(bytes: number): string {
  return `modelrig/artifact-${bytes}`;
}
