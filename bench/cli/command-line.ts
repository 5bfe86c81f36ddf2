import type { ArmSettings } from '../../contract/delivery-settings.ts';
import type { Stage } from '../../contract/experiment.ts';
import type { LabCommand } from '../lab/start-commands.ts';
import type { Terminal } from './terminal.ts';

/** A whole registry on this machine, made for one benchmark. */
export interface LocalService {
  readonly url: string;
  readonly token: string | null;
  stop(): Promise<void>;
}

/** The programs of an experiment's stage on this machine, as data. */
export interface StagePlanner {
  /** Stores for all rounds, with one artifact of this size in them, or the 500 models of a benchmark. */
  session(artifactBytes: number | null): readonly LabCommand[];
  /** A service with these settings on a free port, its store shaped; of another checkout than this where one is given. */
  round(settings: ArmSettings, stage: Stage | null, checkout?: string): readonly LabCommand[];
}

/** What the command line has of the world. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Fires on Ctrl-C: the run is stopped and everything that was started with it. */
  readonly signal: AbortSignal;
  /** Starts stores and service for the bare form. */
  startLocalService(terminal: Terminal, signal: AbortSignal): Promise<LocalService>;
  /** For experiments. */
  readonly stage: StagePlanner;
}
