import type { Manner, Outcome } from '../../contract/ledger.ts';
import { AttemptJournal, type PlannedRequest } from './attempt-journal.ts';
import type { InnerClient } from './inner-client.ts';
import { OnwardStep } from './onward-step.ts';
import { type Connection, closedInOrder, openConnection } from './open-connection.ts';
import { nameSurplus, type Parsed, ResponseParser, type Surplus } from './response-parser.ts';
import type { VirtualUserContext } from './virtual-user-context.ts';
import { writeRequest } from './write-request.ts';

/** After this long an idle connection that speaks has other reasons than the request before, such as its own timeout. */
export const lateWithinMs = 250;

const surplusErrors: Readonly<Record<Surplus, string>> = {
  too_long: 'more bytes than the response has',
  stitched: 'a second response to one request',
};

/** Failures without a byte of an answer, after which a client waits before it comes again. */
const refusals: readonly Outcome[] = ['connect_failed', 'aborted', 'unsolicited'];

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
  /** Where a redirect is followed; while it is under way, only its bytes count. */
  readonly #onward: OnwardStep;
  /** When the service had answered the last request. */
  #answeredMs = 0;
  #isWritten = false;
  #isReused = false;
  #hasAnswer = false;
  #refusals = 0;
  #retryAfterMs = 0;
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
    this.#onward = new OnwardStep(context, {
      onBytes: (bytes) => {
        this.#journal.received(bytes.length);
        this.#take(bytes);
      },
      onLost: (reason, wasUp) => this.#loseAnswer(reason, wasUp),
    });
    this.#write = client._doRequest.bind(client);
    client._doRequest = () => {};
    client._connect = () => {};
    client._destroyConnection = () => this.#release();
    client.getRequestBuffer = () => this.#bytes;
  }

  /** How many requests in a row got no connection, or one on which no answer began. */
  get refusals(): number {
    return this.#refusals;
  }

  /** For how long the last answer asked to be spared. */
  get retryAfterMs(): number {
    return this.#retryAfterMs;
  }

  get isBusy(): boolean {
    return this.#planned !== null;
  }

  /** Whether it has a connection, kept from the request before. */
  get isKept(): boolean {
    return this.#connection !== null && !this.isBusy;
  }

  /** Resolves when the request has its outcome; one at a time. */
  send(planned: PlannedRequest): Promise<void> {
    const { address, basePath, headers, deadlineMs } = this.#context;
    this.#planned = planned;
    this.#bytes = writeRequest(planned, address.authority, basePath, headers);
    this.#isWritten = false;
    this.#hasAnswer = false;
    this.#retryAfterMs = 0;
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
    if (!this.#planned) return;
    const { id, spec } = this.#planned;
    this.#isWritten = true;
    const { status } = spec.expect;
    this.#parser.begin(spec.method, { follows: status < 300 || status > 399, requestId: id });
    this.#write();
  }

  #read(bytes: Buffer): void {
    if (this.#onward.isUnderWay || !this.isBusy) {
      const { totals } = this.#context;
      totals.discarded(bytes.length, totals.nowMs() - this.#answeredMs <= lateWithinMs);
      this.#dropService();
      return;
    }
    this.#journal.received(bytes.length);
    if (!this.#isWritten) {
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
    this.#answeredMs = this.#context.totals.nowMs();
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
    else this.#retryAfterMs = this.#journal.judge();
    const wasOnward = this.#onward.isUnderWay;
    this.#onward.drop();
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
    this.#answeredMs = this.#context.totals.nowMs();
    try {
      this.#onward.start(spec, location);
    } catch (error) {
      this.#fail('unexpected_status', `redirected to what cannot be followed: ${(error as Error).message}`);
      return;
    }
    this.#hasAnswer = false;
    this.#parser.begin(spec.method, { follows: false, requestId: null });
    // Only now: a request that waits for its second step stays in the queue.
    if (!keepsAlive) this.#dropService();
  }

  #lose(reason: string, wasUp: boolean): void {
    const canResend =
      this.#isReused && !this.#hasAnswer && !this.#onward.isUnderWay && !this.#settling && this.isBusy;
    if (canResend) {
      // RFC 9112, 9.3.1: the service closed a kept connection before it saw the request.
      this.#isReused = false;
      this.#isWritten = false;
      this.#context.totals.resent();
      this.#dropService();
      this.#connect();
    } else if (!this.isBusy || this.#onward.isUnderWay) {
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
    const isRefusal = !this.#hasAnswer && refusals.includes(outcome);
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
    this.#onward.drop();
    this.#dropService();
  }

  #dropService(): void {
    if (this.#connection) this.#context.totals.socketClosed(this.#connection.drop());
    this.#connection = null;
    if (!this.#onward.isUnderWay) this.#client.pipelinedRequests.clear();
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
