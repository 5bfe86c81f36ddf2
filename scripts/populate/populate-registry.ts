import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../server/domain-error.ts';
import type { ArtifactStore, ModelStore } from '../../server/registry/stores.ts';
import {
  type ModelSource,
  ModelUnavailable,
  SourceLost,
  type SourceModel,
} from '../model-sources/model-source.ts';
import { chooseDistinct } from './choose-distinct.ts';
import { ensurePublished } from './ensure-published.ts';

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
  /** Places that are settled, those of failed models among them. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** What has been handed to S3, of models under way too. */
  readonly bytes: number;
}

export interface UnhadModel {
  readonly modelId: string;
  readonly reason: string;
}

export interface PopulateSummary {
  readonly total: number;
  readonly published: number;
  readonly replaced: number;
  readonly alreadyThere: number;
  readonly failed: readonly UnhadModel[];
  /** Models that could not be had and gave their place to the next of the source. */
  readonly passedOver: readonly UnhadModel[];
  /** How many places nobody took because the source gave no more models, and why. */
  readonly missing: { readonly models: number; readonly reason: string } | null;
  /** The signal came before the end: what is not counted above was not tried. */
  readonly interrupted: boolean;
  readonly durationSeconds: number;
}

/** What an interruption grants uploads to clean up after themselves; a store that is silent does not hold it up. */
const farewellMs = 1_500;

/**
 * Publishes the first `count` models of a source that can be had, several at once. What the registry holds already
 * is left as it is, so that a second start goes on where the first one ended, and ends with the same models.
 * @throws {DomainError} of a store that fails: every other model would fail alike.
 */
export async function populateRegistry(options: PopulateOptions): Promise<PopulateSummary> {
  const { source, count, concurrency, onProgress = () => {} } = options;
  const startedMs = performance.now();
  const outage = new AbortController();
  const signal = AbortSignal.any([outage.signal, ...(options.signal ? [options.signal] : [])]);
  const counts = { published: 0, replaced: 0, unchanged: 0 };
  const failed: UnhadModel[] = [];
  const passedOver: UnhadModel[] = [];
  let endReason: string | null = null;
  let done = 0;
  let untaken = count;
  let bytes = 0;
  const candidates = chooseDistinct(source.list(signal), (model) => passedOver.push(model));
  const tell = () => onProgress({ done, failed: failed.length, total: count, bytes });

  /** Null when the source has no more, or fails: what it gave before counts all the same. */
  async function takeNext(): Promise<SourceModel | null> {
    if (endReason !== null) return null;
    try {
      const { value } = await candidates.next();
      if (value) return value;
      endReason ??= `${source.name} has no more models`;
    } catch (error) {
      signal.throwIfAborted();
      endReason ??= `the listing of ${source.name} ended: ${describeError(error)}`;
    }
    return null;
  }

  /** One of `count` places: models are tried until one has it. False when there are no more. */
  async function fillPlace(): Promise<boolean> {
    for (;;) {
      const model = await takeNext();
      if (model === null) return false;
      const { modelId } = model;
      try {
        const outcome = await ensurePublished(options, model, signal, (sizeBytes) => {
          bytes += sizeBytes;
          tell();
        });
        counts[outcome] += 1;
        return true;
      } catch (error) {
        signal.throwIfAborted();
        if (isOutage(error)) throw error;
        const reason = describeError(error);
        if (error instanceof SourceLost) endReason ??= reason;
        if (model.isRequired || !isReplaceable(error)) {
          failed.push({ modelId, reason });
          return true;
        }
        passedOver.push({ modelId, reason });
      }
    }
  }

  async function work(): Promise<void> {
    while (untaken > 0) {
      signal.throwIfAborted();
      untaken -= 1;
      if (!(await fillPlace())) continue;
      done += 1;
      tell();
    }
  }

  const workers = Array.from({ length: concurrency }, () =>
    work().catch((error: unknown) => {
      if (signal.aborted) return;
      outage.abort(error);
    }),
  );
  await Promise.race([Promise.all(workers), sayFarewell(signal)]);
  if (outage.signal.aborted) throw outage.signal.reason;

  const interrupted = signal.aborted && done < count;
  return {
    total: count,
    published: counts.published,
    replaced: counts.replaced,
    alreadyThere: counts.unchanged,
    failed,
    passedOver,
    missing: interrupted || done === count ? null : { models: count - done, reason: endReason ?? '' },
    interrupted,
    durationSeconds: (performance.now() - startedMs) / 1_000,
  };
}

/** How many of the models are there, for whoever watches. */
export function describeModels({ done, failed, total }: PopulateProgress): string {
  return `${done - failed} of ${total} models${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** A store that does not do its work, as opposed to one that refuses a model. */
function isOutage(error: unknown): boolean {
  return error instanceof DomainError && error.code.startsWith('stores_');
}

function isReplaceable(error: unknown): boolean {
  return (
    error instanceof ModelUnavailable ||
    error instanceof SourceLost ||
    (error instanceof DomainError && error.code === 'id_taken')
  );
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function sayFarewell(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
  await sleep(farewellMs, undefined, { ref: false });
}
