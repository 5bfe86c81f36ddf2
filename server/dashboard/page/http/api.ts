import type { Problem } from '../../../../contract/problem.ts';
import { keepToken, readToken } from './token.ts';

/** An answer that is no success, or none at all; the message is for people. */
export class ApiError extends Error {
  /** 0 when nothing answered. */
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, message: string, problem: Problem | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

export interface GetOptions {
  readonly signal?: AbortSignal;
  /** How old the answer may be: all who ask then share one. */
  readonly maxAgeSeconds?: number;
}

export async function getJson<Body>(path: string, options: GetOptions = {}): Promise<Body> {
  const response = await get(path, options);
  return (await response.json()) as Body;
}

/** @throws {ApiError} unless the answer is a success. */
export async function get(path: string, { signal, maxAgeSeconds }: GetOptions = {}): Promise<Response> {
  return ask(path, {
    ...(signal ? { signal } : {}),
    ...(maxAgeSeconds === undefined ? {} : { headers: { 'cache-control': `max-age=${maxAgeSeconds}` } }),
  });
}

/** With the token, where one is known. A token that is refused is forgotten. */
export async function postJson<Body>(path: string, body?: unknown): Promise<Body> {
  const token = readToken();
  try {
    const response = await ask(path, {
      method: 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Body;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) keepToken(null);
    throw error;
  }
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError(0, 'The service cannot be reached.');
  }
  if (response.ok) return response;
  const problem = (await response.json().catch(() => null)) as Problem | null;
  throw new ApiError(
    response.status,
    problem?.detail ?? `The service answered ${response.status} ${response.statusText}.`,
    problem,
  );
}
