import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Results,
  resultsSchema,
  type TriggerAnswer,
  triggerAnswerSchema,
} from '../../../../contract/results.ts';
import { cancelPath, resultPath, routes } from '../../../../contract/routes.ts';
import { isTerminal } from '../../../../contract/run.ts';

export function post(url: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return fetch(url + path, {
    method: 'POST',
    ...(body === undefined
      ? { headers }
      : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
  });
}

export async function trigger(url: string, workload: object = {}): Promise<TriggerAnswer> {
  const response = await post(url, routes.workload, workload);
  if (response.status !== 202)
    throw new Error(`The trigger answered ${response.status}: ${await response.text()}`);
  return triggerAnswerSchema.parse(await response.json());
}

export function cancel(url: string, runId: string): Promise<Response> {
  return post(url, cancelPath(runId));
}

export async function readResults(url: string, runId: string): Promise<Results> {
  return parseResults(await fetch(url + resultPath(runId)));
}

async function parseResults(response: Response): Promise<Results> {
  if (response.status !== 200) throw new Error(`Results answered ${response.status}: ${await response.text()}`);
  return resultsSchema.parse(await response.json());
}

/** Polls until the results are as wanted. */
export async function waitFor(
  url: string,
  runId: string,
  isWanted: (results: Results) => boolean,
  limitMs = 60_000,
): Promise<Results> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const response = await fetch(url + resultPath(runId));
    // On a busy machine a store may be slow to answer.
    const results = response.status === 503 ? null : await parseResults(response);
    if (results !== null && isWanted(results)) return results;
    if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(results)} after ${limitMs} ms`);
    await sleep(100);
  }
}

export function waitForEnd(url: string, runId: string, limitMs?: number): Promise<Results> {
  return waitFor(url, runId, (results) => isTerminal(results.status), limitMs);
}
