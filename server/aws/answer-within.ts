import { subscribe } from 'node:diagnostics_channel';
import type { Agent, ClientRequest } from 'node:http';
import { startCountdown } from './countdown.ts';

export interface AnswerLimit {
  readonly limitMs: number;
  /** What has to be there by then: the headers, or all of the answer. */
  readonly of: 'headers' | 'whole';
}

const limits = new WeakMap<Agent, AnswerLimit>();
let subscribed = false;

/**
 * Limits how long the answers to an agent's requests may take, each from the moment its request has a connection.
 * The SDK's own `requestTimeout` also counts the time that a request waits for a free one.
 */
export function answerWithin<Kind extends Agent>(agent: Kind, limit: AnswerLimit): Kind {
  limits.set(agent, limit);
  if (!subscribed) subscribe('http.client.request.created', onRequestCreated);
  subscribed = true;
  return agent;
}

/** Of all requests of this process those of our agents are meant; the SDK shows its requests nowhere else. */
function onRequestCreated(message: unknown): void {
  const { request } = message as { request: ClientRequest & { agent?: Agent } };
  const limit = request.agent && limits.get(request.agent);
  if (limit) request.once('socket', () => limitAnswer(request, limit));
}

function limitAnswer(request: ClientRequest, { limitMs, of }: AnswerLimit): void {
  const stop = startCountdown(limitMs, () => {
    const error = new Error(`No answer came within ${limitMs} ms.`);
    request.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
  });
  if (of === 'headers') request.once('response', stop);
  request.once('close', stop);
}
