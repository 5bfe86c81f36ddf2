import { createHash, type Hash } from 'node:crypto';
import { headers } from '../../contract/headers.ts';
import type { Attempt, Outcome } from '../../contract/ledger.ts';
import type { ParsedHeaders } from './inner-client.ts';
import type { LoadTotals } from './load-totals.ts';

export interface Expected {
  readonly sizeBytes: number;
  /** `sha256:<hex>`. */
  readonly digest: string;
}

interface OpenAttempt {
  startedMs: number;
  connectedMs: number | null;
  redirectedMs: number | null;
  firstByteMs: number | null;
  status: number | null;
  servedBy: string | null;
  delivery: string | null;
  bodyBytes: number;
  hash: Hash | null;
}

/** Follows the requests of one client and closes each with exactly one outcome. */
export class AttemptJournal {
  readonly #client: number;
  readonly #expected: Expected;
  readonly #isSampled: (iteration: number) => boolean;
  readonly #totals: LoadTotals;
  #open: OpenAttempt | null = null;
  #iteration = 0;

  constructor(
    client: number,
    expected: Expected,
    isSampled: (iteration: number) => boolean,
    totals: LoadTotals,
  ) {
    this.#client = client;
    this.#expected = expected;
    this.#isSampled = isSampled;
    this.#totals = totals;
  }

  start(): void {
    this.#open = {
      startedMs: this.#totals.nowMs(),
      connectedMs: null,
      redirectedMs: null,
      firstByteMs: null,
      status: null,
      servedBy: null,
      delivery: null,
      bodyBytes: 0,
      hash: this.#isSampled(this.#iteration) ? createHash('sha256') : null,
    };
    this.#iteration += 1;
    this.#totals.started();
  }

  connected(): void {
    if (this.#open) this.#open.connectedMs = this.#totals.nowMs();
  }

  received(): void {
    if (this.#open && this.#open.firstByteMs === null) this.#open.firstByteMs = this.#totals.nowMs();
  }

  readHeaders(parsed: ParsedHeaders): void {
    if (!this.#open) return;
    this.#open.status = parsed.statusCode;
    this.#open.servedBy ??= findHeader(parsed.headers, headers.servedBy);
    this.#open.delivery ??= findHeader(parsed.headers, headers.delivery);
  }

  /** The answer that led elsewhere is whole; the one that counts is still to come. */
  redirected(): void {
    if (!this.#open) return;
    this.#open.redirectedMs = this.#totals.nowMs();
    this.#open.firstByteMs = null;
  }

  readBody(chunk: Buffer): void {
    if (!this.#open) return;
    this.#open.bodyBytes += chunk.length;
    this.#open.hash?.update(chunk);
    this.#totals.received(chunk.length, this.#open.hash !== null);
  }

  /** The response is whole by HTTP's own framing; whether it is the right one is judged here. */
  complete(): void {
    const open = this.#open;
    if (!open) return;
    const { sizeBytes, digest } = this.#expected;
    if (open.status !== 200) {
      this.end('unexpected_status', `status ${open.status} instead of 200`);
    } else if (open.bodyBytes !== sizeBytes) {
      this.end('wrong_length', `${open.bodyBytes} bytes instead of ${sizeBytes}`);
    } else if (open.hash) {
      const received = `sha256:${open.hash.digest('hex')}`;
      if (received === digest) this.end('ok', null, true);
      else this.end('wrong_digest', `${received} instead of ${digest}`, true);
    } else {
      this.end('ok', null);
    }
  }

  /** Does nothing when no attempt is open, so that late events cannot close one twice. */
  end(outcome: Outcome, error: string | null, digestChecked = false): void {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    const attempt: Attempt = {
      client: this.#client,
      request: 'download',
      intended_ms: null,
      started_ms: open.startedMs,
      connected_ms: open.connectedMs,
      redirected_ms: open.redirectedMs,
      first_byte_ms: open.firstByteMs,
      ended_ms: this.#totals.nowMs(),
      status: open.status,
      body_bytes: open.bodyBytes,
      expected_bytes: this.#expected.sizeBytes,
      wire_bytes: open.bodyBytes,
      outcome,
      digest_checked: digestChecked,
      served_by: open.servedBy,
      delivery: open.delivery,
      error,
    };
    this.#totals.ended(attempt);
  }

  /** The connection is gone, or never came up; what it still owed is lost. */
  connectionLost(reason: string, wasUp: boolean): void {
    if (!this.#open) return;
    if (wasUp)
      this.end('aborted', `${reason} after ${this.#open.bodyBytes} of ${this.#expected.sizeBytes} bytes`);
    else this.end('connect_failed', reason);
  }
}

/** In the parser's flat list, `[name, value, name, value, ...]`. */
export function findHeader(flat: readonly string[], name: string): string | null {
  for (let index = 0; index < flat.length; index += 2) {
    if (flat[index]?.toLowerCase() === name) return flat[index + 1] ?? null;
  }
  return null;
}
