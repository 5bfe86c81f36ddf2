import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/**
 * The inside of an autocannon 9.0.0 client that a virtual user takes hold of (its lib/httpClient.js). None of it is
 * public, so the version is pinned and `assertInnerClient` looks before anything is measured.
 */
export interface InnerClient extends EventEmitter {
  readonly parser: InnerParser;
  readonly pipelinedRequests: { clear(): void };
  conn: Socket | undefined;
  getRequestBuffer(): Buffer;
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
  destroy(): void;
}

/** The parser inside, http-parser-js. Its callbacks are found by the numbers in its constructor. */
export interface InnerParser {
  readonly state: string;
  /** What has come of a line that is not complete yet. */
  readonly line: string;
  readonly trailers: readonly string[];
  readonly chunk: Buffer;
  /** How far the chunk is parsed. */
  offset: number;
  readonly end: number;
  readonly isChunked: boolean;
  /** Returns an Error for a malformed response instead of throwing it. */
  execute(chunk: Buffer): number | Error;
  reinitialize(type: 'RESPONSE'): void;
  /** Undefined until the line is complete. */
  consumeLine(): string | undefined;
  /** Adds the name and the value of a header or trailer to the list. */
  parseHeader(line: string, headers: string[]): void;
  readonly constructor: (new (type: 'RESPONSE') => InnerParser) & Readonly<Record<ParserEvent, number>>;
  [event: number]: ParserCallback;
}

type ParserEvent = (typeof parserEvents)[number];
type ParserCallback = (parsed?: unknown, start?: unknown, length?: unknown) => unknown;

const parserEvents = ['kOnHeadersComplete', 'kOnBody', 'kOnMessageComplete'] as const;

/** What a response's headers look like when the parser hands them on: `[name, value, name, value, ...]`. */
export interface ParsedHeaders {
  readonly versionMajor: number;
  readonly versionMinor: number;
  readonly statusCode: number;
  readonly headers: readonly string[];
}

/** @throws {Error} when this autocannon is not built as the engine needs it. */
export function assertInnerClient(client: object): asserts client is InnerClient {
  const inner = client as Record<string, Record<string, unknown> | undefined>;
  const missing = [
    ...['_connect', '_doRequest', '_destroyConnection', 'destroy', 'getRequestBuffer'].filter(
      (name) => !isFunction(inner[name]),
    ),
    ...['execute', 'reinitialize', 'consumeLine', 'parseHeader']
      .filter((name) => !isFunction(inner.parser?.[name]))
      .map((name) => `parser.${name}`),
    ...(isFunction(inner.pipelinedRequests?.clear) ? [] : ['pipelinedRequests.clear']),
    ...parserEvents
      .filter((name) => (inner.parser?.constructor as unknown as Record<string, unknown>)?.[name] === undefined)
      .map((name) => `parser.constructor.${name}`),
  ];
  if (missing.length === 0 && !stopsAtTheEnd((client as InnerClient).parser)) {
    missing.push('a parser that can be stopped at the end of a response');
  }
  if (missing.length > 0) {
    throw new Error(
      `The load engine needs autocannon 9.0.0, but this autocannon's client lacks: ${missing.join(', ')}. Run npm ci.`,
    );
  }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Tries the fields that cannot be looked at before something was parsed, on a parser of the same kind. */
function stopsAtTheEnd(parser: InnerParser): boolean {
  const probe = new parser.constructor('RESPONSE');
  let surplus = '';
  probe[parser.constructor.kOnMessageComplete] = () => {
    surplus += probe.chunk.subarray(probe.offset).toString();
    probe.offset = probe.end;
  };
  const result = probe.execute(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokmore'));
  return (
    surplus === 'more' && !(result instanceof Error) && probe.state === 'RESPONSE_LINE' && probe.line === ''
  );
}
