import { sanitizeModelId } from '../../contract/model-id.ts';
import { DomainError } from '../../server/domain-error.ts';
import { type Publication, publishModel } from '../../server/registry/publish-model.ts';
import type { ArtifactStore, ModelStore } from '../../server/registry/stores.ts';
import type { ModelSource, SourceModel } from '../model-sources/model-source.ts';

export interface PopulateOptions {
  readonly models: ModelStore;
  readonly artifacts: ArtifactStore;
  readonly source: ModelSource;
  readonly count: number;
  readonly concurrency: number;
  /** Publishes models again whose record is there already, and replaces those whose bytes differ. */
  readonly replace?: boolean;
  /** Stops the uploads under way; nothing of them becomes visible. */
  readonly signal?: AbortSignal;
  onProgress?(progress: PopulateProgress): void;
}

export interface PopulateProgress {
  readonly done: number;
  readonly total: number;
}

export interface PopulateSummary {
  readonly total: number;
  readonly published: number;
  readonly replaced: number;
  readonly alreadyThere: number;
  readonly failed: readonly { readonly modelId: string; readonly reason: string }[];
  /** The signal came before the end: what is not counted above was not tried. */
  readonly interrupted: boolean;
  readonly durationSeconds: number;
}

/**
 * Publishes the first `count` models of a source, several at once. A model whose record has the size that the
 * source says is there already, so that a second start goes on where the first one ended.
 * @throws {DomainError} `stores_unavailable`: every other model would fail alike.
 */
export async function populateRegistry(options: PopulateOptions): Promise<PopulateSummary> {
  const startedMs = performance.now();
  const list = options.source.list(options.count);
  const counts = { published: 0, replaced: 0, unchanged: 0 };
  const failed: { modelId: string; reason: string }[] = [];
  const queue = list.values();
  let done = 0;
  const outage = new AbortController();
  const signal = AbortSignal.any([outage.signal, ...(options.signal ? [options.signal] : [])]);

  const work = async () => {
    for (const model of queue) {
      if (signal.aborted) return;
      try {
        counts[await ensurePublished(options, model, signal)] += 1;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof DomainError && error.code === 'stores_unavailable') {
          outage.abort();
          throw error;
        }
        failed.push({ modelId: model.modelId, reason: error instanceof Error ? error.message : String(error) });
      }
      done += 1;
      options.onProgress?.({ done, total: list.length });
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: options.concurrency }, work));
  const broken = workers.find((worker) => worker.status === 'rejected');
  if (broken) throw broken.reason;

  return {
    total: list.length,
    published: counts.published,
    replaced: counts.replaced,
    alreadyThere: counts.unchanged,
    failed,
    interrupted: done < list.length,
    durationSeconds: (performance.now() - startedMs) / 1_000,
  };
}

async function ensurePublished(
  { models, artifacts, replace = false }: PopulateOptions,
  model: SourceModel,
  signal: AbortSignal,
): Promise<Publication['outcome']> {
  const { modelId, version, sizeBytes } = model;
  const record = replace ? null : await models.find(sanitizeModelId(modelId), version);
  if (record?.modelId === modelId && record.sizeBytes === sizeBytes) return 'unchanged';
  const content = stopWith(signal, model.open());
  const { outcome } = await publishModel({ models, artifacts }, { modelId, version, content, replace });
  return outcome;
}

async function* stopWith(signal: AbortSignal, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    signal.throwIfAborted();
    yield chunk;
  }
}
