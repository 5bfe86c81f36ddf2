import type { Terminal } from './terminal.ts';

/** A whole registry on this machine, made for one benchmark. */
export interface LocalService {
  readonly url: string;
  readonly token: string | null;
  stop(): Promise<void>;
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
}
