import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { findTrace, runTraced } from '../request-trace.ts';
import { Attempts } from './attempts.ts';
import { loseStore } from './store-error.ts';
import { watchSilence } from './watch-silence.ts';

export interface ArtifactBodySource {
  /** S3's answer to the first request. */
  readonly first: IncomingMessage;
  readonly lengthBytes: number;
  /** `sha256:<hex>` of all bytes; null when they are a part whose digest nobody knows. */
  readonly digest: string | null;
  /** Asks S3 for the bytes from this one on, counted from the first. */
  reopen(fromByte: number, signal: AbortSignal): Promise<IncomingMessage>;
  /** How long S3 may send nothing that the reader waits for. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/**
 * The bytes of an artifact. Where S3 breaks off or falls silent it is asked again for what is missing, as soon as
 * the reader wants it. The last bytes are let go only when all have the right digest. Destroyed by the signal,
 * without an error; with one when S3 gives up or wrong bytes.
 */
export class ArtifactBody extends Readable {
  readonly #source: ArtifactBodySource;
  readonly #hash: Hash | null;
  readonly #leaving = new AbortController();
  readonly #attempts: Attempts;
  readonly #trace = findTrace();
  readonly #stopWatching: () => void;
  /** S3's present answer; null while there is none. */
  #answer: IncomingMessage | null = null;
  /** Why there is none, until S3 is asked again. */
  #lost: Error | null = null;
  #isWanted = false;
  #receivedBytes = 0;
  #resumptions = 0;

  constructor(source: ArtifactBodySource) {
    super();
    this.#source = source;
    this.#hash = source.digest === null ? null : createHash('sha256');
    const { signal } = source;
    const leave = () => this.destroy();
    signal.addEventListener('abort', leave, { once: true });
    this.once('close', () => signal.removeEventListener('abort', leave));
    this.#attempts = new Attempts(this.#leaving.signal);
    this.#stopWatching = watchSilence(
      source.silenceMs,
      () => (this.#isWanted && this.#answer ? this.#receivedBytes + this.#resumptions : null),
      () => this.#answer?.destroy(new Error(`S3 sent nothing for ${source.silenceMs} ms.`)),
    );
    this.#follow(source.first);
    if (this.#isComplete()) this.#finish(null);
    if (signal.aborted) leave();
  }

  override _read(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    // A client that takes no more for now is waited for until it does.
    if (this.readableLength === 0 && this.#trace?.phase !== 'client_body') this.#trace?.enter('s3_body');
    this.#resumptions += 1;
    if (this.#answer) this.#answer.resume();
    else void this.#goOn();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stopWatching();
    this.#leaving.abort();
    // An answer that was read to its end gives its connection back by itself.
    if (!this.#isComplete()) this.#answer?.destroy();
    callback(error);
  }

  #follow(answer: IncomingMessage): void {
    let cause: Error | undefined;
    answer.on('error', (error) => {
      cause = error;
    });
    // Lost between its headers and now: no event will tell.
    if (answer.destroyed) {
      this.#lose(answer.errored ?? undefined);
      return;
    }
    this.#answer = answer;
    if (!this.#isWanted) answer.pause();
    answer.on('data', (chunk: Buffer) => this.#take(answer, chunk));
    answer.once('close', () => this.#lose(cause));
  }

  #take(answer: IncomingMessage, chunk: Buffer): void {
    if (this.destroyed) return;
    const phase = this.#trace?.phase;
    if (phase === 's3_body') this.#trace?.enter('moving');
    this.#receivedBytes += chunk.length;
    this.#trace?.noteS3Bytes(chunk.length);
    this.#attempts.reset();
    this.#hash?.update(chunk);
    if (this.#isComplete()) {
      this.#finish(chunk);
      return;
    }
    if (this.push(chunk)) {
      // Whoever was handed the chunk may have entered another phase.
      if (this.#trace?.phase === 'moving') this.#trace.enter('s3_body');
      return;
    }
    this.#isWanted = false;
    answer.pause();
  }

  #isComplete(): boolean {
    return this.#receivedBytes >= this.#source.lengthBytes;
  }

  #finish(chunk: Buffer | null): void {
    const { digest } = this.#source;
    const found = this.#hash && `sha256:${this.#hash.digest('hex')}`;
    if (found !== digest) {
      this.destroy(new Error(`S3's bytes have the digest ${found}; their record says ${digest}.`));
      return;
    }
    if (chunk) this.push(chunk);
    this.push(null);
  }

  #lose(cause: Error | undefined): void {
    if (this.destroyed || this.#isComplete()) return;
    this.#answer = null;
    const where = `after ${this.#receivedBytes} of ${this.#source.lengthBytes} bytes`;
    const error = new Error(`${cause?.message ?? 'The connection was closed'} ${where}.`, { cause });
    this.#lost = loseStore('S3', 'broke off an artifact in mid body', error);
    // A reader that is busy has S3 asked again when it is ready: a second answer could break off just the same.
    if (this.#isWanted) void this.#goOn();
  }

  async #goOn(): Promise<void> {
    const lost = this.#lost;
    if (!lost) return;
    this.#lost = null;
    try {
      await this.#attempts.pauseAfter(lost);
      const ask = () => this.#source.reopen(this.#receivedBytes, this.#leaving.signal);
      // What the reader does next may come out of another request's work.
      const reopen = () => (this.#trace ? runTraced(this.#trace, ask) : ask());
      const answer = await this.#attempts.repeat(reopen);
      if (this.destroyed) answer.destroy();
      else this.#follow(answer);
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}
