import { DomainError } from '../domain-error.ts';

/** Starts the runner of a run, wherever runners live. */
export interface Launcher {
  /** @throws {DomainError} `not_built` where this version starts no runners. */
  assertAvailable(): void;
  /** Resolves when the runner is on its way, not when it is done. */
  launch(runId: string): Promise<void>;
}

/** For the backends on which this version starts no runners: the service serves, its trigger answers 501. */
export function createUnavailableLauncher(computeBackend: string): Launcher {
  const refuse = () => {
    throw new DomainError(
      'not_built',
      `COMPUTE_BACKEND is "${computeBackend}"; this version starts runners on "local" only.`,
    );
  };
  return { assertAvailable: refuse, launch: async () => refuse() };
}
