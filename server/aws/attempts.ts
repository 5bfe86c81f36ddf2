import { setTimeout as sleep } from 'node:timers/promises';
import { isPassing } from '../domain-error.ts';

/** How often in a row S3 may fail to give the next byte of an artifact. */
const mostFailures = 3;
/** Before the second attempt, doubled before the third; a random half of it is left out, so that many spread. */
const firstPauseMs = 100;

/** Attempts at one thing, which is given up when they fail in a row. */
export class Attempts {
  readonly #signal: AbortSignal;
  #failures = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Something was gained: what failed before no longer counts. */
  reset(): void {
    this.#failures = 0;
  }

  /** @throws the last error, when there is no point in another attempt. */
  async repeat<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        await this.pauseAfter(error);
      }
    }
  }

  /** Resolves when it is time for the next attempt. @throws the error given, when there is none. */
  async pauseAfter(error: unknown): Promise<void> {
    this.#failures += 1;
    if (!isPassing(error) || this.#failures >= mostFailures || this.#signal.aborted) throw error;
    const pauseMs = firstPauseMs * 2 ** (this.#failures - 1) * (1 - Math.random() / 2);
    await sleep(pauseMs, undefined, { signal: this.#signal });
  }
}
