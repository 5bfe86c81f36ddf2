import type { RequestSpec } from '../scenario.ts';
import { type Connection, openConnection, readAddress } from './open-connection.ts';
import type { VirtualUserContext } from './virtual-user-context.ts';
import { writeOnwardRequest } from './write-request.ts';

interface OnwardEvents {
  readonly onBytes: (bytes: Buffer) => void;
  readonly onLost: (reason: string, wasUp: boolean) => void;
}

/** The second step of a redirected request, each time on a connection of its own. */
export class OnwardStep {
  readonly #context: VirtualUserContext;
  readonly #events: OnwardEvents;
  #connection: Connection | null = null;

  constructor(context: VirtualUserContext, events: OnwardEvents) {
    this.#context = context;
    this.#events = events;
  }

  get isUnderWay(): boolean {
    return this.#connection !== null;
  }

  /** @throws {Error} when the location is none that can be asked. */
  start(spec: RequestSpec, location: string): void {
    const { address, basePath, turns, ca } = this.#context;
    const origin = `http${address.isSecure ? 's' : ''}://${address.authority}`;
    const target = readAddress(location, `${origin}${basePath}${spec.path}`);
    const connection = openConnection(target, turns, ca, {
      onUp: () => connection.socket.write(writeOnwardRequest(spec, target)),
      onBytes: (bytes) => {
        if (connection === this.#connection) this.#events.onBytes(bytes);
      },
      onLost: (reason, wasUp) => {
        if (connection === this.#connection) this.#events.onLost(reason, wasUp);
      },
    });
    this.#connection = connection;
  }

  drop(): void {
    if (this.#connection) this.#context.totals.socketClosed(this.#connection.drop());
    this.#connection = null;
  }
}
