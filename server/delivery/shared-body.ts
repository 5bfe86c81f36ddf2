import { Readable } from 'node:stream';
import { findTrace } from '../request-trace.ts';
import type { ArtifactFill } from './artifact-fill.ts';
import { awaitTurn } from './shared-turns.ts';

interface Bounds {
  readonly startByte: number;
  /** Not included. */
  readonly endByte: number;
}

/** What one client gets before others have their turn: enough for the kernel, too little to starve anybody. */
const sliceBytes = 512 * 1024;

/**
 * The bytes of an artifact in memory, or on their way there, for one client: views in slices, each in its turn, so that
 * all clients progress alike and other requests come between. Destroyed by the signal, without an error;
 * with that of the fill when it fails.
 */
export class SharedBody extends Readable {
  readonly #fill: ArtifactFill;
  readonly #endByte: number;
  readonly #trace = findTrace();
  #nextByte: number;

  constructor(fill: ArtifactFill, { startByte, endByte }: Bounds, signal: AbortSignal) {
    // Nothing is prepared before the client wants it: it would only take the turn of others.
    super({ highWaterMark: 0 });
    this.#fill = fill;
    this.#nextByte = startByte;
    this.#endByte = endByte;
    const leave = () => this.destroy();
    signal.addEventListener('abort', leave, { once: true });
    this.once('close', () => signal.removeEventListener('abort', leave));
    if (signal.aborted) leave();
  }

  override _read(): void {
    this.#goOn();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#fill.forget(this.#goOn);
    callback(error);
  }

  readonly #goOn = (): void => {
    if (this.#fill.failure) {
      this.destroy(this.#fill.failure);
    } else if (this.#fill.countReadable(this.#endByte) > this.#nextByte) {
      this.#trace?.enter('moving');
      awaitTurn(this.#send);
    } else if (this.#fill.isWhole) {
      // Of an artifact without bytes there was none to send.
      this.push(null);
    } else {
      this.#trace?.enter('s3_body');
      this.#fill.whenMore(this.#goOn);
    }
  };

  readonly #send = (): void => {
    if (this.destroyed) return;
    const startByte = this.#nextByte;
    this.#nextByte = Math.min(this.#fill.countReadable(this.#endByte), startByte + sliceBytes);
    this.push(this.#fill.view(startByte, this.#nextByte));
    if (this.#nextByte === this.#endByte) this.push(null);
  };
}
