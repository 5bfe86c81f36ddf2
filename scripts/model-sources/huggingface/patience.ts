import { setTimeout as sleep } from 'node:timers/promises';
import { ModelUnavailable, SourceLost } from '../model-source.ts';
import { chooseBackoffMs } from './retry-delay.ts';

export interface HubLimits {
  /** Requests for one thing, the first included, before it is given up. */
  readonly attempts: number;
  /** The first pause; every further one is twice as long. */
  readonly backoffMs: number;
  /** The hub's own wish for a pause is granted up to here; its windows are five minutes long. */
  readonly longestWaitMs: number;
  /** How long the hub may send nothing while it is waited for. */
  readonly silenceMs: number;
}

export const hubLimits: HubLimits = {
  attempts: 6,
  backoffMs: 500,
  longestWaitMs: 360_000,
  silenceMs: 30_000,
};

/** Things given up one after the other, no file having come in between, that mean: the hub is gone. */
const givenUpInRow = 5;

/** A fault that may pass: too many requests, a server's error, a connection that broke or fell silent. */
export class PassingFault extends Error {
  readonly waitMs: number | null;

  constructor(message: string, options: ErrorOptions & { waitMs?: number | null } = {}) {
    super(message, options);
    this.name = 'PassingFault';
    this.waitMs = options.waitMs ?? null;
  }
}

/** What all requests to one hub have in common: when the next one may go, and whether the hub is still there. */
export class Patience {
  readonly limits: HubLimits;
  readonly #onWait: (text: string) => void;
  #nextRequestMs = 0;
  #givenUp = 0;

  constructor(limits: HubLimits, onWait: (text: string) => void) {
    this.limits = limits;
    this.#onWait = onWait;
  }

  /** Resolves when the hub may be asked again. */
  async wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.#nextRequestMs - performance.now();
      if (waitMs <= 0) return;
      await sleep(waitMs, undefined, { signal });
    }
  }

  /** A file has come. That the hub lists it would not say that it can be had. */
  succeed(): void {
    this.#givenUp = 0;
  }

  /**
   * Takes the fault of an attempt, `failures` with this one, and resolves when the next attempt may begin.
   * @throws what is no passing fault; {ModelUnavailable} or {SourceLost} when there were attempts enough.
   */
  async endure(fault: unknown, failures: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!(fault instanceof PassingFault)) throw fault;
    const { attempts, backoffMs, longestWaitMs } = this.limits;
    // Never less than the backoff: an answer may ask for a wait of 0 s, again and again.
    const waitMs = Math.max(fault.waitMs ?? 0, chooseBackoffMs(failures, backoffMs));
    if (failures >= attempts) this.#giveUp(`${fault.message}, ${failures} times in a row`, fault);
    if (waitMs > longestWaitMs) {
      this.#giveUp(
        `${fault.message} and asks to wait ${Math.ceil(waitMs / 1_000)} s, which is too long`,
        fault,
      );
    }
    if (fault.waitMs !== null) this.#stayAway(fault.message, waitMs);
    else await sleep(waitMs, undefined, { signal });
    await this.wait(signal);
  }

  /** Whoever was told to wait, all wait. */
  #stayAway(reason: string, waitMs: number): void {
    const untilMs = performance.now() + waitMs;
    if (untilMs <= this.#nextRequestMs) return;
    if (waitMs >= 2_000) this.#onWait(`${reason}; going on in ${Math.ceil(waitMs / 1_000)} s`);
    this.#nextRequestMs = untilMs;
  }

  #giveUp(message: string, fault: PassingFault): never {
    this.#givenUp += 1;
    if (this.#givenUp < givenUpInRow) throw new ModelUnavailable(message, { cause: fault });
    throw new SourceLost(message, { cause: fault });
  }
}
