import { finished } from 'node:stream/promises';
import type { PhaseTimes } from '../../contract/telemetry.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ArtifactReader } from '../registry/stores.ts';
import { findTrace, RequestTrace, runTraced, timePhase } from '../request-trace.ts';

/** `gone`: its version was replaced meanwhile. */
export type FillEnd = 'whole' | 'gone' | 'failed';

/**
 * Those who wait for bytes are woken for so many, or for fewer once they were told nothing for so long: each time costs a
 * turn for every one of them.
 */
const progressBytes = 1024 * 1024;
const progressMs = 50;

/**
 * One read of an artifact from S3 into memory of its own, at the pace of S3: it goes on whoever leaves, and waits for
 * nobody. `onEnd` is called before anybody hears of the end.
 */
export class ArtifactFill {
  readonly #onEnd: (end: FillEnd) => void;
  readonly #trace = findTrace()?.branch() ?? new RequestTrace();
  readonly #leaving = new AbortController();
  readonly #head = Promise.withResolvers<boolean>();
  readonly #waiting = new Set<() => void>();
  /** What S3 has not filled is memory of others. */
  readonly #buffer: Buffer;
  #isOpen = false;
  #receivedBytes = 0;
  #toldBytes = 0;
  /** By `performance.now()`. */
  #toldAtMs = Number.NEGATIVE_INFINITY;
  /** Null while there is nothing to tell, or it is told at once. */
  #telling: NodeJS.Timeout | null = null;
  #end: FillEnd | null = null;
  #failure: Error | null = null;

  /** `buffer`: of the artifact's length, and nobody else's. */
  constructor(artifacts: ArtifactReader, record: ModelRecord, buffer: Buffer, onEnd: (end: FillEnd) => void) {
    this.#buffer = buffer;
    this.#onEnd = onEnd;
    // Nobody may be left to hear of it.
    this.#head.promise.catch(() => {});
    void runTraced(this.#trace, () => this.#read(artifacts, record));
  }

  get failure(): Error | null {
    return this.#failure;
  }

  get isWhole(): boolean {
    return this.#end === 'whole';
  }

  /**
   * Resolves when S3 has answered: with false when the artifact is gone. Rejects when the read fails, or the signal is
   * aborted.
   */
  async waitForHead(signal: AbortSignal): Promise<boolean> {
    if (this.#isOpen && this.#failure === null) return true;
    return timePhase('s3_first_byte', async () => {
      const before = this.#trace.readPhases();
      try {
        return await Promise.race([this.#head.promise, rejectWhenAborted(signal)]);
      } finally {
        // Whom the read waited for, its readers waited for.
        findTrace()?.credit(subtract(this.#trace.readPhases(), before));
      }
    });
  }

  /** How many bytes may be sent of what ends before this byte: not the last one before all have the right digest. */
  countReadable(endByte: number): number {
    return this.isWhole ? endByte : Math.min(this.#receivedBytes, endByte - 1);
  }

  /** Bytes that `countReadable` counts, shared by all readers. */
  view(startByte: number, endByte: number): Buffer {
    return this.#buffer.subarray(startByte, endByte);
  }

  /** Calls once: with more bytes, or with the end. */
  whenMore(wake: () => void): void {
    this.#waiting.add(wake);
  }

  forget(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /** Fails it, unless it has ended. */
  abort(): void {
    this.#leaving.abort();
  }

  async #read(artifacts: ArtifactReader, record: ModelRecord): Promise<void> {
    try {
      const body = await artifacts.open(record, null, this.#leaving.signal);
      if (body === null) return this.#finish('gone');
      this.#isOpen = true;
      this.#head.resolve(true);
      body.on('data', (chunk: Buffer) => this.#take(chunk));
      await finished(body);
      if (this.#receivedBytes !== record.sizeBytes) {
        throw new Error(`${record.objectKey} has ${this.#receivedBytes} bytes, not ${record.sizeBytes}.`);
      }
      this.#finish('whole');
    } catch (error) {
      this.#failure = error as Error;
      this.#finish('failed');
    }
  }

  #take(chunk: Buffer): void {
    this.#buffer.set(chunk, this.#receivedBytes);
    this.#receivedBytes += chunk.length;
    // The end tells of the last ones: it comes with them.
    if (this.#receivedBytes >= this.#buffer.length) return;
    const waitMs = this.#toldAtMs + progressMs - performance.now();
    if (waitMs <= 0 || this.#receivedBytes - this.#toldBytes >= progressBytes) this.#tell();
    else this.#telling ??= setTimeout(() => this.#tell(), waitMs).unref();
  }

  #tell(): void {
    this.#stopTelling();
    this.#toldBytes = this.#receivedBytes;
    this.#toldAtMs = performance.now();
    this.#wake();
  }

  #stopTelling(): void {
    if (this.#telling !== null) clearTimeout(this.#telling);
    this.#telling = null;
  }

  #finish(end: FillEnd): void {
    this.#end = end;
    this.#stopTelling();
    this.#trace.end();
    this.#onEnd(end);
    if (this.#failure) this.#head.reject(this.#failure);
    else this.#head.resolve(end === 'whole');
    this.#wake();
  }

  #wake(): void {
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of woken) wake();
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  });
}

function subtract(after: PhaseTimes, before: PhaseTimes): PhaseTimes {
  const entries = Object.entries(after).map(([phase, ms]) => [phase, ms - before[phase as keyof PhaseTimes]]);
  return Object.fromEntries(entries) as PhaseTimes;
}
