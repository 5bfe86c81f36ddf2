import type { Outcome } from '../../contract/ledger.ts';
import { findHeader, listHeader } from './find-header.ts';
import type { InnerParser, ParsedHeaders } from './inner-client.ts';
import { findOtherRequest } from './request-id.ts';

/** What has become of a response with the bytes that were given last. */
export type Parsed =
  | { readonly kind: 'more' }
  | { readonly kind: 'whole'; readonly surplus: Surplus | null; readonly keepsAlive: boolean }
  | {
      readonly kind: 'redirect';
      readonly location: string;
      readonly surplus: Surplus | null;
      readonly keepsAlive: boolean;
    }
  | { readonly kind: 'broken'; readonly outcome: Outcome; readonly error: string };
export type Surplus = 'too_long' | 'stitched';

interface Asked {
  readonly follows: boolean;
  /** The id that the request carried; null when it carried none. */
  readonly requestId: string | null;
}

interface Handlers {
  readonly onHeaders: (parsed: ParsedHeaders) => void;
  readonly onBody: (chunk: Buffer) => void;
}

const mostHeadBytes = 64 * 1024;
const redirects = new Set([301, 302, 303, 307, 308]);
/** Headers that decide how the answer is read: the same one twice with different values is no answer. */
const decisive = ['content-length', 'content-range', 'content-encoding', 'location'];
/** RFC 9112, 7.1, with at most as many digits as a safe integer has. */
const chunkHead = /^[0-9a-f]{1,13}[ \t]*(;.*)?$/i;
/** RFC 9112, 5.1: no blank stands before the colon. A line that goes on with the one before (5.2) is refused. */
const headerLine = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/;
const more = { kind: 'more' } as const;

class ResponseFault extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome, message: string) {
    super(message);
    this.outcome = outcome;
  }
}

/**
 * Reads one response at a time through autocannon's parser, as RFC 9112 frames it: 1xx are passed over, HEAD, 204
 * and 304 have no body, and what comes after the end is told instead of parsed. To be made when the client has set
 * up its callbacks: those learn of the final response only.
 */
export class ResponseParser {
  readonly #parser: InnerParser;
  readonly #handlers: Handlers;
  readonly #takeHeaders: (parsed: unknown) => unknown;
  readonly #complete: () => unknown;
  #method: 'GET' | 'HEAD' = 'GET';
  #follows = false;
  #requestId: string | null = null;
  #headBytes = 0;
  #hasHeaders = false;
  #isInterim = false;
  #keepsAlive = true;
  #location: string | null = null;
  #end: Parsed | null = null;

  constructor(parser: InnerParser, handlers: Handlers) {
    const { kOnHeadersComplete, kOnBody, kOnMessageComplete } = parser.constructor;
    this.#parser = parser;
    this.#handlers = handlers;
    this.#takeHeaders = readCallback(parser, kOnHeadersComplete);
    this.#complete = readCallback(parser, kOnMessageComplete);
    parser[kOnHeadersComplete] = (parsed) => this.#readHeaders(parsed as ParsedHeaders);
    parser[kOnBody] = (chunk) => {
      if (this.#location === null) this.#handlers.onBody(chunk as Buffer);
    };
    parser[kOnMessageComplete] = () => this.#endMessage();
    tighten(parser);
  }

  /** The next bytes are those of an answer to this method; a redirect that is not followed is an answer as any. */
  begin(method: 'GET' | 'HEAD', { follows, requestId }: Asked): void {
    this.#method = method;
    this.#follows = follows;
    this.#requestId = requestId;
    this.#headBytes = 0;
    this.#hasHeaders = false;
    this.#isInterim = false;
    this.#keepsAlive = true;
    this.#location = null;
    this.#end = null;
    this.#parser.reinitialize('RESPONSE');
  }

  /** Whether only the end of the connection can end this body. */
  get isDelimitedByClose(): boolean {
    return this.#parser.state === 'BODY_RAW';
  }

  /** Where a redirect leads whose body the end of the connection ends; null for anything else. */
  get locationAtClose(): string | null {
    return this.isDelimitedByClose ? this.#location : null;
  }

  parse(bytes: Buffer): Parsed {
    let result: number | Error;
    try {
      result = this.#parser.execute(bytes);
    } catch (error) {
      if (!(error instanceof ResponseFault)) throw error;
      return { kind: 'broken', outcome: error.outcome, error: error.message };
    }
    if (this.#end) return this.#end;
    if (result instanceof Error) return describeParseError(result);
    if (!this.#hasHeaders) this.#headBytes += bytes.length;
    const { line, trailers } = this.#parser;
    const trailerBytes = trailers.reduce((sum, text) => sum + text.length, 0);
    const headBytes = Math.max(this.#headBytes, line.length, trailerBytes);
    if (headBytes <= mostHeadBytes) return more;
    return { kind: 'broken', outcome: 'endless_header', error: `${headBytes} bytes of head without an end` };
  }

  #readHeaders(parsed: ParsedHeaders): boolean {
    const { statusCode, headers } = parsed;
    assertStatusLine(parsed);
    this.#isInterim = statusCode < 200 && statusCode !== 101;
    if (this.#isInterim) return true;
    if (statusCode === 101)
      throw new ResponseFault('malformed', '101: another protocol, which nobody asked for');
    assertFraming(headers);
    if (this.#requestId !== null) assertAnswers(headers, this.#requestId);
    this.#hasHeaders = true;
    this.#keepsAlive = keepsAlive(parsed);
    const location = this.#follows && redirects.has(statusCode) ? findHeader(headers, 'location') : null;
    this.#location = location;
    this.#handlers.onHeaders(parsed);
    if (location === null) this.#takeHeaders(parsed);
    return this.#method === 'HEAD' || statusCode === 204 || statusCode === 304;
  }

  /** Called inside the parser, which goes on behind the response unless it is told that nothing is left. */
  #endMessage(): void {
    if (this.#isInterim) return;
    const { chunk, offset, end } = this.#parser;
    const surplus = offset < end ? nameSurplus(chunk.subarray(offset, end)) : null;
    this.#parser.offset = end;
    const keeps = this.#keepsAlive;
    if (this.#location === null) {
      this.#end = { kind: 'whole', surplus, keepsAlive: keeps };
      this.#complete();
    } else {
      this.#end = { kind: 'redirect', location: this.#location, surplus, keepsAlive: keeps };
    }
  }
}

/** Whether bytes behind a whole response look like a second one. */
export function nameSurplus(bytes: Buffer): Surplus {
  const start = bytes.subarray(0, 5).toString('latin1');
  return 'HTTP/'.startsWith(start) ? 'stitched' : 'too_long';
}

function readCallback(parser: InnerParser, event: number) {
  const callback = parser[event];
  if (callback === undefined) throw new Error(`autocannon's parser has no callback for its event ${event}.`);
  return callback.bind(parser);
}

/**
 * The parser adds a whole chunk to the size of the headers when a response ends with it, and resets its limit with
 * every response: the limit is kept away, as this file has its own. It passes over lines that are no headers, and
 * reads a chunk's size as far as it can: both are refused.
 */
function tighten(parser: InnerParser): void {
  Object.defineProperty(parser, 'maxHeaderSize', { get: () => Number.POSITIVE_INFINITY, set() {} });
  const readLine = parser.consumeLine.bind(parser);
  parser.consumeLine = () => {
    const line = readLine();
    if (line !== undefined && parser.state === 'BODY_CHUNKHEAD' && !chunkHead.test(line)) {
      throw new Error('a chunk without a size');
    }
    return line;
  };
  const readHeader = parser.parseHeader.bind(parser);
  parser.parseHeader = (line, headers) => {
    if (!headerLine.test(line)) throw new Error('a line of the head that is no header');
    readHeader(line, headers);
  };
}

function assertStatusLine({ versionMajor, versionMinor, statusCode }: ParsedHeaders): void {
  if (versionMajor !== 1) throw new ResponseFault('malformed', `HTTP/${versionMajor}.${versionMinor}`);
  if (statusCode < 100) {
    throw new ResponseFault('malformed', `status ${String(statusCode).padStart(3, '0')}`);
  }
}

function assertFraming(headers: readonly string[]): void {
  for (const name of decisive) {
    const values = new Set(listHeader(headers, name));
    if (values.size > 1) {
      throw new ResponseFault('conflicting_headers', `${name}: ${[...values].join(' and ')}`);
    }
  }
  const length = findHeader(headers, 'content-length');
  const [coding = null, ...others] = listHeader(headers, 'transfer-encoding');
  if (others.length > 0) {
    throw new ResponseFault('conflicting_headers', `transfer-encoding: ${[coding, ...others].join(' and ')}`);
  }
  if (length !== null && coding !== null) {
    throw new ResponseFault(
      'conflicting_headers',
      `content-length: ${length} and transfer-encoding: ${coding}`,
    );
  }
  if (length !== null && !/^\d{1,15}$/.test(length)) {
    throw new ResponseFault('malformed', `content-length: ${length}`);
  }
  if (coding !== null && coding.toLowerCase() !== 'chunked') {
    throw new ResponseFault('encoded', `transfer-encoding: ${coding} although identity was asked for`);
  }
}

function assertAnswers(headers: readonly string[], requestId: string): void {
  const other = findOtherRequest(headers, requestId);
  if (other !== null) throw new ResponseFault('stitched', `an answer to request ${other}`);
}

/** RFC 9112, 9.3: HTTP/1.1 unless it says `close`, HTTP/1.0 only if it says `keep-alive`. */
function keepsAlive({ versionMajor, versionMinor, headers }: ParsedHeaders): boolean {
  const tokens = listHeader(headers, 'connection').flatMap((value) =>
    value.split(',').map((token) => token.trim().toLowerCase()),
  );
  if (versionMajor === 1 && versionMinor >= 1) return !tokens.includes('close');
  return tokens.includes('keep-alive');
}

function describeParseError(error: Error): Parsed {
  const isConflict = 'code' in error && error.code === 'HPE_UNEXPECTED_CONTENT_LENGTH';
  return isConflict
    ? { kind: 'broken', outcome: 'conflicting_headers', error: 'content-length twice with different values' }
    : { kind: 'broken', outcome: 'malformed', error: describeError(error) };
}

function describeError(error: Error): string {
  return 'code' in error ? `${error.message}: ${String(error.code)}` : error.message;
}
