import type { ExperimentRun, ExperimentVersion } from '../../contract/experiment.ts';

/** Experiments as the runs that were triggered for them make them. */
export interface ExperimentStore {
  /** May be repeated. */
  noteExperimentRun(name: string, run: ExperimentRun): Promise<void>;
  /** In order of time. */
  listExperimentRuns(name: string): Promise<ExperimentRun[]>;
  /** False when its number is taken. */
  createExperimentVersion(version: ExperimentVersion): Promise<boolean>;
  /** Ascending by number. */
  listExperimentVersions(name: string): Promise<ExperimentVersion[]>;
  /** The latest version of each, the newest first. */
  listExperiments(): Promise<ExperimentVersion[]>;
}
