import { ModelUnavailable } from '../model-source.ts';
import { PassingFault, type Patience } from './patience.ts';
import type { HubConfig } from './read-hub-config.ts';
import { readRetryAfterMs } from './retry-delay.ts';

/** A listing's page of 500 models has about 200 KB. */
const longestAnswerBytes = 32 * 1024 * 1024;

export interface HubClient {
  readonly endpoint: string;
  readonly patience: Patience;
  /** A `fetch` for the hub's library: retries by itself and answers with bodies that have arrived whole. */
  fetchWhole(signal: AbortSignal): typeof fetch;
  /**
   * One attempt at a body; the headers are there when it resolves. The connection is freed when the body's reader
   * ends or leaves, and by `leave` where there is none.
   * @throws {PassingFault} here and while the body is read.
   */
  open(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HubAnswer>;
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
  leave(): void;
}

/** Requests to the hub. The token goes to the hub's own address alone, also when an answer leads elsewhere. */
export function createHubClient({ endpoint, token }: HubConfig, patience: Patience): HubClient {
  const { silenceMs } = patience.limits;

  async function open(
    url: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HubAnswer> {
    await patience.wait(signal);
    const isHub = new URL(url).origin === new URL(endpoint).origin;
    const leaving = new AbortController();
    const request = {
      // Without this a body may be sent compressed, and its length and ranges are not those of the file.
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        ...(token !== null && isHub ? { authorization: `Bearer ${token}` } : {}),
      },
      signal: AbortSignal.any([signal, leaving.signal]),
    };
    const response = await awaitWithin(silenceMs, leaving, signal, () => fetch(url, request));
    if (isPassing(response.status)) {
      leaving.abort();
      throw new PassingFault(`the hub answers ${response.status}`, {
        waitMs: readRetryAfterMs(response.headers),
      });
    }
    return {
      status: response.status,
      headers: response.headers,
      body: readBody(response, silenceMs, leaving, signal),
      leave: () => leaving.abort(),
    };
  }

  async function fetchWhole(input: string, headers: Record<string, string>, signal: AbortSignal) {
    for (let failures = 1; ; failures += 1) {
      try {
        const answer = await open(input, headers, signal);
        const body = await readWhole(answer.body, input);
        return new Response(body, { status: answer.status, headers: answer.headers });
      } catch (fault) {
        await patience.endure(fault, failures, signal);
      }
    }
  }

  return {
    endpoint,
    patience,
    open,
    fetchWhole: (signal) => (input, init) =>
      fetchWhole(String(input), Object.fromEntries(new Headers(init?.headers)), signal),
  };
}

function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

async function* readBody(
  response: Response,
  silenceMs: number,
  leaving: AbortController,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    while (reader) {
      const { done, value } = await awaitWithin(silenceMs, leaving, signal, () => reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    leaving.abort();
  }
}

/** A reader that is slow itself may take any time: the clock runs only while the hub is waited for. */
async function awaitWithin<Result>(
  silenceMs: number,
  leaving: AbortController,
  signal: AbortSignal,
  act: () => Promise<Result>,
): Promise<Result> {
  const silent = new Error(`the hub was silent for ${silenceMs} ms`);
  const timer = setTimeout(() => leaving.abort(silent), silenceMs);
  try {
    return await act();
  } catch (error) {
    signal.throwIfAborted();
    if (leaving.signal.aborted) throw new PassingFault(silent.message, { cause: error });
    throw new PassingFault(`the connection to the hub failed: ${describeFault(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** fetch says "fetch failed" or "terminated"; what happened is in the cause. */
function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.message || String((cause as NodeJS.ErrnoException).code);
}

async function readWhole(body: AsyncIterable<Uint8Array>, url: string): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > longestAnswerBytes) {
      throw new ModelUnavailable(`the hub's answer to ${url} is longer than ${longestAnswerBytes} bytes`);
    }
    chunks.push(new Uint8Array(chunk));
  }
  return new Blob(chunks);
}
