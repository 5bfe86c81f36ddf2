import { createHash, type Hash } from 'node:crypto';
import { headers } from '../../contract/headers.ts';
import type { Manner, Outcome } from '../../contract/ledger.ts';
import type { RequestSpec } from '../scenario.ts';
import { findHeader } from './find-header.ts';
import type { ParsedHeaders } from './inner-client.ts';
import { type Judgement, judgeResponse } from './judge-response.ts';
import type { LoadTotals } from './load-totals.ts';

export interface PlannedRequest {
  /** What the request is named by to the service. */
  readonly id: string;
  readonly spec: RequestSpec;
  /** When it was due in the open model; null in the closed one. */
  readonly intendedMs: number | null;
  /** Whether its body is hashed and compared. */
  readonly isSampled: boolean;
}

interface OpenAttempt {
  readonly planned: PlannedRequest;
  readonly startedMs: number;
  connectedMs: number | null;
  redirectedMs: number | null;
  firstByteMs: number | null;
  lastByteMs: number | null;
  endedMs: number | null;
  status: number | null;
  headers: readonly string[];
  servedBy: string | null;
  delivery: string | null;
  wireBytes: number;
  bodyBytes: number;
  hash: Hash | null;
}

/** Of a text that the server may have chosen: a head has up to 64 KiB, and thousands of rows are in memory. */
const longestText = 200;

/** Follows the requests of one client and closes each with exactly one outcome. */
export class AttemptJournal {
  readonly #client: number;
  readonly #totals: LoadTotals;
  #open: OpenAttempt | null = null;

  constructor(client: number, totals: LoadTotals) {
    this.#client = client;
    this.#totals = totals;
  }

  start(planned: PlannedRequest): void {
    const hashes = planned.isSampled && planned.spec.expect.digest !== null && planned.spec.method === 'GET';
    this.#open = {
      planned,
      startedMs: this.#totals.nowMs(),
      connectedMs: null,
      redirectedMs: null,
      firstByteMs: null,
      lastByteMs: null,
      endedMs: null,
      status: null,
      headers: [],
      servedBy: null,
      delivery: null,
      wireBytes: 0,
      bodyBytes: 0,
      hash: hashes ? createHash('sha256') : null,
    };
    this.#totals.started();
  }

  connected(): void {
    if (this.#open) this.#open.connectedMs = this.#totals.nowMs();
  }

  /** Bytes of any kind; there has to be an attempt that they can belong to. */
  received(bytes: number): void {
    if (!this.#open) return;
    this.#open.lastByteMs = this.#totals.nowMs();
    this.#open.firstByteMs ??= this.#open.lastByteMs;
    this.#open.wireBytes += bytes;
  }

  readHeaders(parsed: ParsedHeaders): void {
    if (!this.#open) return;
    this.#open.status = parsed.statusCode;
    this.#open.headers = parsed.headers;
    this.#open.servedBy ??= findHeader(parsed.headers, headers.servedBy);
    this.#open.delivery ??= findHeader(parsed.headers, headers.delivery);
  }

  readBody(chunk: Buffer): void {
    const open = this.#open;
    if (!open) return;
    open.bodyBytes += chunk.length;
    open.hash?.update(chunk);
    this.#totals.received(open.lastByteMs ?? open.startedMs, chunk.length, open.hash !== null);
  }

  /** The answer that led elsewhere is whole; the one that counts is still to come. */
  redirected(): void {
    if (!this.#open) return;
    this.#open.redirectedMs = this.#totals.nowMs();
    this.#open.firstByteMs = null;
  }

  /** The response is whole by HTTP's own framing: its time stands, its outcome is still to be told. */
  complete(): void {
    if (this.#open) this.#open.endedMs = this.#totals.nowMs();
  }

  /** Closes a whole response by what it was expected to be. Returns for how long the service asks to be spared. */
  judge(): number {
    const open = this.#open;
    if (!open) return 0;
    const { status, headers: flat, bodyBytes } = open;
    const digest = open.hash ? `sha256:${open.hash.digest('hex')}` : null;
    const isRedirected = open.redirectedMs !== null;
    const whole = { status, headers: flat, bodyBytes, digest, isRedirected };
    const judgement = judgeResponse(open.planned.spec, whole);
    this.#totals.checked(flat);
    this.#close(open, judgement, null, digest !== null && ['ok', 'wrong_digest'].includes(judgement.outcome));
    return judgement.retryAfterMs ?? 0;
  }

  /** Does nothing when no attempt is open, so that late events cannot close one twice. */
  end(outcome: Outcome, error: string, manner: Manner | null = null): void {
    if (this.#open) this.#close(this.#open, { outcome, error }, manner, false);
  }

  /** How far the body came, in words such as `1000 of 300000 bytes`. */
  describeBody(): string {
    if (!this.#open) return 'nothing';
    const { bodyBytes, planned } = this.#open;
    const expected = planned.spec.expect.bytes;
    return expected === null ? `${bodyBytes} bytes` : `${bodyBytes} of ${expected} bytes`;
  }

  /** The deadline has come; the manner says what the waiting was like. */
  expire(): void {
    const open = this.#open;
    if (!open) return;
    if (open.firstByteMs === null || open.lastByteMs === null) {
      this.end('timeout', 'no byte of an answer before the deadline', 'unanswered');
      return;
    }
    const silentMs = this.#totals.nowMs() - open.lastByteMs;
    const isStalled = silentMs > (this.#totals.nowMs() - open.startedMs) / 4;
    const how = isStalled ? `stalled for ${(silentMs / 1_000).toFixed(1)} s` : 'still dribbling';
    const error = `${how} at the deadline, after ${this.describeBody()}`;
    this.end('timeout', error, isStalled ? 'stalled' : 'dribbled');
  }

  #close(
    open: OpenAttempt,
    { outcome, error }: Judgement,
    manner: Manner | null,
    digestChecked: boolean,
  ): void {
    this.#open = null;
    const { id, spec, intendedMs } = open.planned;
    this.#totals.ended({
      client: this.#client,
      request: spec.name,
      intended_ms: intendedMs,
      started_ms: open.startedMs,
      connected_ms: open.connectedMs,
      redirected_ms: open.redirectedMs,
      first_byte_ms: open.firstByteMs,
      ended_ms: open.endedMs ?? this.#totals.nowMs(),
      status: open.status,
      body_bytes: open.bodyBytes,
      expected_bytes: spec.method === 'HEAD' ? null : spec.expect.bytes,
      wire_bytes: open.wireBytes,
      outcome,
      manner,
      digest_checked: digestChecked,
      served_by: shorten(open.servedBy),
      delivery: shorten(open.delivery),
      request_id: id,
      error: shorten(error),
    });
  }
}

/** Through a buffer, as a slice of a string keeps all of it in memory. */
function shorten(text: string | null): string | null {
  if (text === null || text.length <= longestText) return text;
  return `${Buffer.from(text.slice(0, longestText - 1)).toString()}…`;
}
