import { headers } from '../../contract/headers.ts';
import { sanitizeModelId } from '../../contract/model-id.ts';
import { type ModelVersion, modelsPageSchema } from '../../contract/models.ts';
import { downloadPath, routes, versionPath } from '../../contract/routes.ts';
import type { ServedModel } from '../scenario.ts';
import { CommandError } from './exit-codes.ts';
import { parseReprDigest } from './parse-repr-digest.ts';

const requestLimitMs = 15_000;
const pageSize = 100;

/** What a target says of a model before it is loaded. */
export interface AnnouncedModel extends ServedModel {
  /** The strategy that moves it, where the target names one. */
  readonly delivery: string | null;
}

/** The target answered, but not with what was asked for. */
export class TargetAnswerError extends CommandError {}

/** Asks a service what it has, by plain HTTP; any server may be behind the URL. */
export class TargetClient {
  readonly #url: string;
  readonly #signal: AbortSignal;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url.replace(/\/$/, '');
    this.#signal = signal;
  }

  /**
   * Length and digest of an artifact, by a HEAD of its download route.
   * @throws {CommandError} when the target cannot be reached; {TargetAnswerError} when it answers anything else.
   */
  async readModel(modelId: string, version: string): Promise<AnnouncedModel> {
    const id = sanitizeModelId(modelId);
    const path = downloadPath(id, version);
    const response = await this.#fetch('HEAD', path, { 'want-repr-digest': 'sha-256=10' });
    if (response.status !== 200) {
      throw this.#refuse(
        'HEAD',
        path,
        response,
        `Is ${modelId} ${version} published there? Choose one by --model and --version`,
      );
    }
    const length = response.headers.get('content-length');
    if (length === null || !/^\d+$/.test(length)) {
      throw this.#refuse(
        'HEAD',
        path,
        response,
        'It tells no Content-Length, so no body could be held against its length',
      );
    }
    return {
      id,
      path,
      recordPath: versionPath(id, version),
      sizeBytes: Number(length),
      digest: parseReprDigest(response.headers.get('repr-digest')),
      delivery: response.headers.get(headers.delivery),
    };
  }

  /** Every published version, in the order of the target's own pages. @throws {CommandError} as `readModel`. */
  async listModels(): Promise<ServedModel[]> {
    const models: ServedModel[] = [];
    const cursors = new Set<string>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      cursors.add(cursor);
      const path: string = `${routes.models}?limit=${pageSize}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const response = await this.#fetch('GET', path, {});
      const page = modelsPageSchema.safeParse(await response.json().catch(() => null));
      if (!response.ok || !page.success) {
        throw this.#refuse(
          'GET',
          path,
          response,
          'This scenario asks for all models of a registry, and needs their list',
        );
      }
      models.push(...page.data.models.map(describeModel));
      cursor = page.data.next_cursor;
      if (cursor !== null && cursors.has(cursor)) {
        const advice = `Its pages lead back to the cursor "${cursor}", so the list has no end`;
        throw this.#refuse('GET', path, response, advice);
      }
    }
    if (models.length > 0) return models;
    throw new TargetAnswerError(`${this.#url} has no models. Publish some first.`);
  }

  async #fetch(method: string, path: string, asked: Readonly<Record<string, string>>): Promise<Response> {
    try {
      return await fetch(this.#url + path, {
        method,
        headers: { 'accept-encoding': 'identity', ...asked },
        signal: AbortSignal.any([AbortSignal.timeout(requestLimitMs), this.#signal]),
      });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new CommandError(`${this.#url} ${describeFailure(error as Error)}`, { cause: error });
    }
  }

  #refuse(method: string, path: string, { status, statusText }: Response, advice: string): TargetAnswerError {
    const answer = `${status} ${statusText}`.trim();
    return new TargetAnswerError(`${method} ${this.#url}${path} was answered ${answer}. ${advice}.`);
  }
}

function describeModel({ id, version, size_bytes, digest, download }: ModelVersion): ServedModel {
  return { id, path: download, recordPath: versionPath(id, version), sizeBytes: size_bytes, digest };
}

function describeFailure(error: Error): string {
  if (error.name === 'TimeoutError') {
    return `gave no answer within ${requestLimitMs / 1_000} s; it is overloaded or hangs.`;
  }
  const cause = error.cause as { code?: string; message?: string } | undefined;
  const reason = cause?.code ?? cause?.message ?? error.message;
  if (reason === 'bad port') {
    return 'has a port that web clients, this one among them, never ask (fetch.spec.whatwg.org/#port-blocking); let it listen on another.';
  }
  const advice = /CERT|SIGNED|SELF/.test(reason)
    ? 'Give its certificate by NODE_EXTRA_CA_CERTS.'
    : 'Is the service running?';
  return `cannot be reached: ${reason}. ${advice}`;
}
