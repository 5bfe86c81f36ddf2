import type { z } from 'zod';
import { type ExperimentDetails, experimentDetailsSchema } from '../../contract/experiment.ts';
import { problemSchema } from '../../contract/problem.ts';
import {
  type Results,
  type ResultsPage,
  resultsPageSchema,
  resultsSchema,
  type TriggerAnswer,
  triggerAnswerSchema,
} from '../../contract/results.ts';
import { cancelPath, experimentPath, resultPath, routes } from '../../contract/routes.ts';
import type { WorkloadRequest } from '../../contract/workload.ts';
import { CommandError, UsageError } from './exit-codes.ts';

/** A service whose event loop is busy with downloads may take its time. */
const requestLimitMs = 30_000;

/** The service is there, but too busy to answer in time. */
export class BusyServiceError extends CommandError {}

/** Speaks to a service's performance API; every answer is checked against the contract. */
export class ServiceClient {
  readonly #url: string;
  readonly #token: string | null;

  constructor(url: string, token: string | null) {
    this.#url = url.replace(/\/$/, '');
    this.#token = token;
  }

  /** The whole address of a path of the service. */
  locate(path: string): string {
    return this.#url + path;
  }

  async trigger(workload: WorkloadRequest): Promise<TriggerAnswer> {
    return await this.#requestJson(triggerAnswerSchema, routes.workload, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(workload),
    });
  }

  async readResults(runId: string): Promise<Results> {
    return await this.#requestJson(resultsSchema, resultPath(runId));
  }

  async readExperiment(name: string): Promise<ExperimentDetails> {
    return await this.#requestJson(experimentDetailsSchema, experimentPath(name));
  }

  /** The newest runs, at most `limit`. */
  async listRuns(limit: number): Promise<ResultsPage['runs']> {
    const { runs } = await this.#requestJson(resultsPageSchema, `${routes.results}?limit=${limit}`);
    return runs;
  }

  /** False when the run had ended before. */
  async cancel(runId: string): Promise<boolean> {
    const response = await this.#fetch(cancelPath(runId), { method: 'POST' });
    if (response.ok || response.status === 409) return response.ok;
    throw await toError(response);
  }

  /** The bytes behind one of the paths in a run's `documents`. */
  async readDocument(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#request(path)).arrayBuffer());
  }

  async #requestJson<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    init?: RequestInit,
  ): Promise<z.infer<Schema>> {
    const parsed = schema.safeParse(await (await this.#request(path, init)).json().catch(() => null));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new CommandError(
      `${this.#url}${path} does not answer as a modelrig service does: ${issue?.path.join('.') || 'body'}: ${issue?.message}`,
    );
  }

  async #request(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.#fetch(path, init);
    if (!response.ok) throw await toError(response);
    return response;
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const authorization = this.#token === null ? {} : { authorization: `Bearer ${this.#token}` };
    return fetch(this.#url + path, {
      ...init,
      headers: { ...init.headers, ...authorization },
      signal: AbortSignal.timeout(requestLimitMs),
    }).catch((error: Error) => {
      const Kind = error.name === 'TimeoutError' ? BusyServiceError : CommandError;
      throw new Kind(describeFailure(this.#url, error), { cause: error });
    });
  }
}

/**
 * 4xx is the caller's to mend, so it counts as a usage error; a second active run or a failing service does not. What is
 * wrong with single fields says all, and so does the detail of a refusal.
 */
async function toError(response: Response): Promise<Error> {
  const problem = problemSchema.safeParse(await response.json().catch(() => null));
  if (!problem.success)
    return new CommandError(`The service answered ${response.status} ${response.statusText}.`);
  const { title, detail, errors = [] } = problem.data;
  const faults = errors.map(
    ({ field, value, allowed }) => `${field} is ${JSON.stringify(value)}; allowed: ${allowed}`,
  );
  const message =
    faults.length > 0 ? faults.join('\n') : response.status < 500 ? detail : `${title}: ${detail}`;
  if (response.status === 503) return new BusyServiceError(message);
  return response.status === 422 || response.status === 400 || response.status === 401
    ? new UsageError(message)
    : new CommandError(message);
}

function describeFailure(url: string, error: Error): string {
  if (error.name === 'TimeoutError') {
    return `${url} gave no answer within ${requestLimitMs / 1_000} s; it is overloaded or hangs.`;
  }
  const cause = error.cause as { code?: string; message?: string } | undefined;
  return `${url} cannot be reached: ${cause?.code ?? cause?.message ?? error.message}. Is the service running?`;
}
