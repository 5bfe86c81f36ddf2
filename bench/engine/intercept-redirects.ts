import { findHeader } from './attempt-journal.ts';
import type { InnerClient, ParsedHeaders } from './inner-client.ts';

const redirects = new Set([301, 302, 303, 307, 308]);

export interface Interception {
  /** Where the redirect leads that was just read to its end; null when there was none. */
  readonly location: string | null;
  /** Whether anything came after it on the same connection. */
  readonly hasSurplus: boolean;
  /** The connection is closed: where the redirect leads whose body that ended, else null. */
  endByClose(): string | null;
  /** The next answer is final: a second redirect counts as what it is. */
  expectFinal(): void;
  /** The next answer belongs to a new request. */
  reset(): void;
}

/**
 * Keeps redirects from autocannon, which knows none: their headers go to `onHeaders`, their bodies nowhere, and the
 * request stays open until the answer from the other address has come. To be called once its parser is set up.
 */
export function interceptRedirects(
  { parser }: InnerClient,
  onHeaders: (parsed: ParsedHeaders) => void,
): Interception {
  const { kOnHeadersComplete, kOnBody, kOnMessageComplete } = parser.constructor;
  const takeHeaders = readCallback(parser, kOnHeadersComplete);
  const takeBody = readCallback(parser, kOnBody);
  const complete = readCallback(parser, kOnMessageComplete);
  let state: 'first' | 'redirect' | 'redirected' | 'final' = 'first';
  let location: string | null = null;
  let hasSurplus = false;
  const begin = (next: 'first' | 'final') => {
    state = next;
    location = null;
    hasSurplus = false;
  };

  parser[kOnHeadersComplete] = (parsed) => {
    const { statusCode, headers } = parsed as ParsedHeaders;
    if (state === 'first' && redirects.has(statusCode)) {
      location = findHeader(headers, 'location');
      if (location !== null) {
        state = 'redirect';
        return onHeaders(parsed as ParsedHeaders);
      }
    }
    if (state === 'redirected') hasSurplus = true;
    else takeHeaders(parsed);
  };
  parser[kOnBody] = (chunk, start, length) => {
    if (state === 'first' || state === 'final') takeBody(chunk, start, length);
  };
  parser[kOnMessageComplete] = () => {
    if (state === 'redirect') state = 'redirected';
    else if (state !== 'redirected') complete();
  };

  return {
    get location() {
      return state === 'redirected' ? location : null;
    },
    get hasSurplus() {
      return hasSurplus;
    },
    endByClose() {
      if (state === 'redirect') state = 'redirected';
      return state === 'redirected' ? location : null;
    },
    expectFinal: () => begin('final'),
    reset: () => begin('first'),
  };
}

function readCallback(parser: InnerClient['parser'], event: number) {
  const callback = parser[event];
  if (callback === undefined) throw new Error(`autocannon's parser has no callback for its event ${event}.`);
  return callback.bind(parser);
}
