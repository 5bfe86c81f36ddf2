import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/**
 * The inside of an autocannon 9.0.0 client that the adapter takes hold of (its lib/httpClient.js). None of it is
 * public, so the version is pinned and `assertInnerClient` looks before anything is measured.
 */
export interface InnerClient extends EventEmitter {
  readonly opts: { readonly hostname: string; readonly port: number };
  readonly parser: {
    readonly state: string;
    /** What has come of a line that is not complete yet. */
    readonly line: string;
    /** Returns an Error for a malformed response instead of throwing it. */
    execute(chunk: Buffer): number | Error;
    reinitialize(type: 'RESPONSE'): void;
    /** Where it finds the functions that take what it parses. */
    readonly constructor: Readonly<Record<ParserEvent, number>>;
    [event: number]: ParserCallback;
  };
  readonly pipelinedRequests: {
    insertRequest(request: unknown): void;
    addByteCount(count: number): void;
    addBody(chunk: Buffer): void;
    terminateRequest(): object | undefined;
    clear(): void;
  };
  conn: Socket | undefined;
  readonly destroyed: boolean;
  readonly reqsMade: number;
  readonly responseMax: number;
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
  destroy(): void;
}

type ParserEvent = (typeof parserEvents)[number];
type ParserCallback = (parsed?: unknown, start?: unknown, length?: unknown) => void;

const parserEvents = ['kOnHeadersComplete', 'kOnBody', 'kOnMessageComplete'] as const;

/** What a response's headers look like when the parser hands them on: `[name, value, name, value, ...]`. */
export interface ParsedHeaders {
  readonly statusCode: number;
  readonly headers: readonly string[];
}

/** @throws {Error} when this autocannon is not built as the adapter needs it. */
export function assertInnerClient(client: object): asserts client is InnerClient {
  const inner = client as Record<string, Record<string, unknown> | undefined>;
  const missing = [
    ...['_connect', '_doRequest', '_destroyConnection', 'destroy'].filter((name) => !isFunction(inner[name])),
    ...['execute', 'reinitialize']
      .filter((name) => !isFunction(inner.parser?.[name]))
      .map((name) => `parser.${name}`),
    ...['insertRequest', 'addByteCount', 'addBody', 'terminateRequest', 'clear']
      .filter((name) => !isFunction(inner.pipelinedRequests?.[name]))
      .map((name) => `pipelinedRequests.${name}`),
    ...parserEvents
      .filter((name) => (inner.parser?.constructor as unknown as Record<string, unknown>)?.[name] === undefined)
      .map((name) => `parser.constructor.${name}`),
    ...['state', 'line'].filter((name) => inner.parser?.[name] === undefined).map((name) => `parser.${name}`),
    ...['opts', 'reqsMade', 'responseMax', 'destroyed'].filter((name) => inner[name] === undefined),
  ];
  if (missing.length > 0) {
    throw new Error(
      `The load engine needs autocannon 9.0.0, but this autocannon's client lacks: ${missing.join(', ')}. Run npm ci.`,
    );
  }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
