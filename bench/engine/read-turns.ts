import type { Socket } from 'node:net';

/**
 * How much one socket may read before the others have their turn. Without a bound libuv reads a socket up to 32
 * times in a row, and whole bodies pass before another client gets a byte.
 */
const bytesPerTurn = 256 * 1024;

/** Shares the turns of the event loop among the sockets of one load. */
export class ReadTurns {
  #turn = 0;
  #waiting: Socket[] = [];
  #lastReader: object | null = null;
  #runBytes = 0;
  #longestRunBytes = 0;

  /** The longest run of bytes that one socket got at a stretch. */
  get longestRunBytes(): number {
    return this.#longestRunBytes;
  }

  /** One socket's account: told what was read, it answers whether the socket may go on in this turn. */
  open(): (socket: Socket, bytes: number) => boolean {
    const reader = {};
    let turn = 0;
    let taken = 0;
    return (socket, bytes) => {
      this.#runBytes = this.#lastReader === reader ? this.#runBytes + bytes : bytes;
      this.#lastReader = reader;
      if (this.#runBytes > this.#longestRunBytes) this.#longestRunBytes = this.#runBytes;
      taken = turn === this.#turn ? taken + bytes : bytes;
      turn = this.#turn;
      if (taken < bytesPerTurn) return true;
      this.#wait(socket);
      return false;
    };
  }

  #wait(socket: Socket): void {
    if (this.#waiting.length === 0) setImmediate(this.#resume);
    this.#waiting.push(socket);
  }

  readonly #resume = (): void => {
    const sockets = this.#waiting;
    this.#waiting = [];
    this.#turn += 1;
    for (const socket of sockets) if (!socket.destroyed) socket.resume();
  };
}
