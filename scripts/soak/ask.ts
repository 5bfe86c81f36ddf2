import { createHash } from 'node:crypto';
import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Interval } from './catalogue.ts';

export interface Question {
  readonly url: string;
  readonly method?: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly agent?: Agent;
  /** Without it as fast as it comes. */
  readonly bytesPerSecond?: number;
  /** After so many bytes of the body the client leaves. */
  readonly leaveAfterBytes?: number;
  /** So long after the question was sent the client leaves. */
  readonly leaveAfterMs?: number;
  /** When it is aborted the client leaves. */
  readonly signal?: AbortSignal;
  /** Gets the bytes of 200 and 206 as they come: for bodies that come in parts. */
  readonly onBytes?: (chunk: Buffer) => void;
}

export interface Answer extends Interval {
  /** 0 where none came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bodyBytes: number;
  /** Of the bytes that came: `sha256:<hex>`. */
  readonly bodyDigest: string;
  /** The first of what came. */
  readonly text: string;
  /** How long the connection had been idle when the question was sent; null for a new one. */
  readonly idleMs: number | null;
  /** `cut`: by the other side; `left`: by the client; `silent`: nothing came for very long. */
  readonly end: 'whole' | 'cut' | 'left' | 'silent';
}

/** Longer than the service may take to give up what it waits for, many times over. */
const silenceMs = 120_000;
const keptTextBytes = 400;
/** When the last answer on a connection had come as a whole. */
const lastAnswers = new WeakMap<Socket, number>();

/** Sends one request and reads its answer as the question says. Never rejects. */
export async function ask(question: Question): Promise<Answer> {
  const startedMs = performance.now();
  const hash = createHash('sha256');
  let status = 0;
  let headers: Answer['headers'] = {};
  let bodyBytes = 0;
  let text = '';
  let end: Answer['end'] = 'cut';
  const { bytesPerSecond, leaveAfterBytes = Number.POSITIVE_INFINITY } = question;

  const sent = send(question);
  const leave = (why: 'left' | 'silent') => {
    end = why;
    sent.destroy();
  };
  const timer =
    question.leaveAfterMs === undefined ? undefined : setTimeout(() => leave('left'), question.leaveAfterMs);
  const leaveAtEnd = () => leave('left');
  question.signal?.addEventListener('abort', leaveAtEnd, { once: true });
  sent.setTimeout(silenceMs, () => leave('silent'));
  try {
    const answer = await waitForHead(sent);
    status = answer.statusCode ?? 0;
    headers = answer.headers as Answer['headers'];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      hash.update(chunk);
      if (status === 200 || status === 206) question.onBytes?.(chunk);
      bodyBytes += chunk.length;
      if (text.length < keptTextBytes) text += chunk.toString('latin1', 0, keptTextBytes);
      if (bodyBytes >= leaveAfterBytes) leave('left');
      if (bytesPerSecond !== undefined) await sleep((1_000 * chunk.length) / bytesPerSecond);
    }
    if (answer.complete) end = 'whole';
  } catch {
    // What was cut says so by its end.
  }
  clearTimeout(timer);
  question.signal?.removeEventListener('abort', leaveAtEnd);
  const bodyDigest = `sha256:${hash.digest('hex')}`;
  const endedMs = performance.now();
  const lastMs = sent.socket ? lastAnswers.get(sent.socket) : undefined;
  const idleMs = lastMs === undefined ? null : startedMs - lastMs;
  if (sent.socket && end === 'whole') lastAnswers.set(sent.socket, endedMs);
  return { startedMs, endedMs, idleMs, status, headers, bodyBytes, bodyDigest, text, end };
}

function send({ url, method = 'GET', path, headers = {}, body, agent }: Question): ClientRequest {
  const { hostname, port } = new URL(url);
  const length = body === undefined ? {} : { 'content-length': body.length };
  const sent = request({ hostname, port, method, path, agent, headers: { ...headers, ...length } });
  sent.end(body);
  return sent;
}

function waitForHead(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // It comes once more when the connection is lost after the head.
    sent.on('error', reject);
    sent.once('close', () => reject(new Error('The connection was closed.')));
  });
}
