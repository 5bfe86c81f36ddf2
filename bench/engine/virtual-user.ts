import type { Manner, Outcome } from '../../contract/ledger.ts';
import { AttemptJournal, type PlannedRequest } from './attempt-journal.ts';
import type { InnerClient } from './inner-client.ts';
import type { LoadTotals } from './load-totals.ts';
import {
  type Address,
  type Connection,
  closedInOrder,
  openConnection,
  readAddress,
} from './open-connection.ts';
import type { ReadTurns } from './read-turns.ts';
import { nameSurplus, type Parsed, ResponseParser, type Surplus } from './response-parser.ts';
import { writeOnwardRequest, writeRequest } from './write-request.ts';

export interface VirtualUserContext {
  readonly totals: LoadTotals;
  readonly turns: ReadTurns;
  readonly address: Address;
  /** What the request paths are added to. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | null;
  readonly deadlineMs: number;
}

const surplusErrors: Readonly<Record<Surplus, string>> = {
  too_long: 'more bytes than the response has',
  stitched: 'a second response to one request',
};

/**
 * One autocannon client, made fit for large bodies and honest about broken ones: parked until it is told to send,
 * one request at a time, every connection with a clean parser and an empty queue, each request closed with one
 * outcome. To be made in the client's first `_connect`, when its callbacks stand.
 */
export class VirtualUser {
  readonly #client: InnerClient;
  readonly #context: VirtualUserContext;
  readonly #journal: AttemptJournal;
  readonly #parser: ResponseParser;
  readonly #write: () => void;
  #planned: PlannedRequest | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  #resolve: () => void = () => {};
  #deadline: NodeJS.Timeout | undefined;
  #connection: Connection | null = null;
  /** The connection on which a redirect is followed; while it is there, only its bytes count. */
  #onward: Connection | null = null;
  #isWritten = false;
  #isReused = false;
  #hasAnswer = false;
  #refusals = 0;
  /** The whole response waits for one turn of the event loop, in case that more comes than it has. */
  #settling: { surplus: Surplus | null; keepsAlive: boolean } | null = null;

  constructor(client: InnerClient, number: number, context: VirtualUserContext) {
    this.#client = client;
    this.#context = context;
    this.#journal = new AttemptJournal(number, context.totals);
    this.#parser = new ResponseParser(client.parser, {
      onHeaders: (parsed) => this.#journal.readHeaders(parsed),
      onBody: (chunk) => this.#journal.readBody(chunk),
    });
    this.#write = client._doRequest.bind(client);
    client._doRequest = () => {};
    client._connect = () => {};
    client._destroyConnection = () => this.#release();
    client.getRequestBuffer = () => this.#bytes;
  }

  /** How many requests in a row got no connection, or one that ended without a byte of an answer. */
  get refusals(): number {
    return this.#refusals;
  }

  get isBusy(): boolean {
    return this.#planned !== null;
  }

  /** Resolves when the request has its outcome; one at a time. */
  send(planned: PlannedRequest): Promise<void> {
    const { address, basePath, headers, deadlineMs } = this.#context;
    this.#planned = planned;
    this.#bytes = writeRequest(planned.spec, address.authority, basePath, headers);
    this.#isWritten = false;
    this.#hasAnswer = false;
    this.#isReused = this.#connection !== null;
    this.#journal.start(planned);
    this.#deadline = setTimeout(() => this.#expire(), deadlineMs);
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#connection) this.#ask();
      else this.#connect();
    });
  }

  /** Ends what is in flight. */
  interrupt(reason: string): void {
    if (this.#settling) this.#settle();
    else this.#fail('interrupted', reason);
  }

  leave(): void {
    this.interrupt('the load was stopped');
    this.#client.destroy();
  }

  #connect(): void {
    const connection = openConnection(this.#context.address, this.#context.turns, this.#context.ca, {
      onUp: () => {
        this.#journal.connected();
        // Whatever is there before the request was written is no answer to it.
        afterOneTurn(() => {
          if (connection === this.#connection && this.#planned && !this.#isWritten) this.#ask();
        });
      },
      onBytes: (bytes) => {
        if (connection === this.#connection) this.#read(bytes);
      },
      onLost: (reason, wasUp) => {
        if (connection === this.#connection) this.#lose(reason, wasUp);
      },
    });
    this.#connection = connection;
    this.#client.conn = connection.socket;
  }

  #ask(): void {
    const spec = this.#planned?.spec;
    if (!spec) return;
    this.#isWritten = true;
    const { status } = spec.expect;
    this.#parser.begin(spec.method, status < 300 || status > 399);
    this.#write();
  }

  #read(bytes: Buffer): void {
    if (this.#onward) {
      this.#context.totals.discarded(bytes.length);
      this.#dropService();
      return;
    }
    if (!this.#journal.received(bytes.length)) {
      this.#dropService();
    } else if (!this.#isWritten) {
      this.#fail('unsolicited', `${bytes.length} bytes came before the request was sent`);
    } else {
      this.#take(bytes);
    }
  }

  #take(bytes: Buffer): void {
    if (this.#settling) {
      this.#settling.surplus ??= nameSurplus(bytes);
      return;
    }
    this.#hasAnswer = true;
    const parsed = this.#parser.parse(bytes);
    if (parsed.kind === 'broken') this.#fail(parsed.outcome, parsed.error);
    else if (parsed.kind === 'redirect') this.#follow(parsed);
    else if (parsed.kind === 'whole') this.#complete(parsed.surplus, parsed.keepsAlive);
  }

  #complete(surplus: Surplus | null, keepsAlive: boolean): void {
    clearTimeout(this.#deadline);
    this.#journal.complete();
    const settling = { surplus, keepsAlive };
    this.#settling = settling;
    if (surplus) this.#settle();
    else
      afterOneTurn(() => {
        if (this.#settling === settling) this.#settle();
      });
  }

  #settle(): void {
    const settling = this.#settling;
    if (!settling) return;
    const { surplus, keepsAlive } = settling;
    if (surplus) this.#journal.end(surplus, surplusErrors[surplus]);
    else this.#journal.judge();
    const wasOnward = this.#onward !== null;
    this.#dropOnward();
    if (!wasOnward && (surplus || !keepsAlive)) this.#dropService();
    this.#finish();
  }

  #follow({ location, surplus, keepsAlive }: Extract<Parsed, { kind: 'redirect' }>): void {
    const spec = this.#planned?.spec;
    if (!spec) return;
    if (surplus) {
      this.#fail(surplus, surplusErrors[surplus]);
      return;
    }
    this.#journal.redirected();
    try {
      const { address, turns, ca } = this.#context;
      const target = readAddress(location, `http${address.isSecure ? 's' : ''}://${address.authority}`);
      this.#parser.begin(spec.method, false);
      const onward = openConnection(target, turns, ca, {
        onUp: () => onward.socket.write(writeOnwardRequest(spec, target)),
        onBytes: (bytes) => {
          if (onward === this.#onward && this.#journal.received(bytes.length)) this.#take(bytes);
        },
        onLost: (reason, wasUp) => {
          if (onward === this.#onward) this.#loseAnswer(reason, wasUp);
        },
      });
      this.#onward = onward;
      // Only now: a request that waits for its second step stays in the queue.
      if (!keepsAlive) this.#dropService();
    } catch (error) {
      this.#fail('unexpected_status', `redirected to what cannot be followed: ${(error as Error).message}`);
    }
  }

  #lose(reason: string, wasUp: boolean): void {
    const canResend = this.#isReused && !this.#hasAnswer && !this.#onward && !this.#settling && this.isBusy;
    if (canResend) {
      // RFC 9112, 9.3.1: the service closed a kept connection before it saw the request.
      this.#isReused = false;
      this.#isWritten = false;
      this.#context.totals.resent();
      this.#dropService();
      this.#connect();
    } else if (!this.isBusy || this.#onward) {
      this.#dropService();
    } else if (this.#hasAnswer && this.#parser.locationAtClose !== null) {
      this.#follow({
        kind: 'redirect',
        location: this.#parser.locationAtClose,
        surplus: null,
        keepsAlive: false,
      });
    } else {
      this.#loseAnswer(reason, wasUp);
      this.#dropService();
    }
  }

  #loseAnswer(reason: string, wasUp: boolean): void {
    const { spec } = this.#planned ?? {};
    if (!spec) return;
    if (this.#settling) this.#settle();
    else if (!wasUp) this.#fail('connect_failed', reason);
    else if (this.#hasAnswer && this.#parser.isDelimitedByClose) {
      this.#fail(
        'closed_delimited',
        `${reason} after ${this.#journal.describeBody()}, whose number was not told`,
      );
    } else this.#fail('aborted', `${reason} after ${this.#journal.describeBody()}`, nameCut(reason));
  }

  #expire(): void {
    if (!this.isBusy || this.#settling) return;
    this.#journal.expire();
    this.#release();
    this.#finish();
  }

  #fail(outcome: Outcome, error: string, manner: Manner | null = null): void {
    if (!this.isBusy || this.#settling) return;
    this.#journal.end(outcome, error, manner);
    this.#release();
    const isRefusal = !this.#hasAnswer && (outcome === 'connect_failed' || outcome === 'aborted');
    this.#finish(isRefusal ? this.#refusals + 1 : 0);
  }

  #finish(refusals = 0): void {
    clearTimeout(this.#deadline);
    this.#refusals = refusals;
    this.#client.pipelinedRequests.clear();
    this.#settling = null;
    this.#planned = null;
    this.#resolve();
  }

  #release(): void {
    this.#dropOnward();
    this.#dropService();
  }

  #dropService(): void {
    if (this.#connection) this.#context.totals.socketClosed(this.#connection.drop());
    this.#connection = null;
    if (!this.#onward) this.#client.pipelinedRequests.clear();
  }

  #dropOnward(): void {
    if (this.#onward) this.#context.totals.socketClosed(this.#onward.drop());
    this.#onward = null;
  }
}

/** After every socket has been looked at once more. */
function afterOneTurn(act: () => void): void {
  setImmediate(() => setImmediate(act));
}

function nameCut(reason: string): Manner | null {
  if (reason === closedInOrder) return 'fin';
  return reason === 'ECONNRESET' || reason === 'EPIPE' ? 'rst' : null;
}
