import type { ModelRecord } from './model-record.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';

export interface PublishRequest {
  readonly modelId: string;
  readonly version: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Lets other bytes take the place of a published `main`; other versions never change. */
  readonly replace?: boolean;
  /** `sha256:<hex>` that the content has to have. */
  readonly digest?: string;
  /**
   * Throws to refuse what is published at the moment, null for nothing; called before the content is read, and again
   * with what the record would be written over.
   */
  assertCurrent?(current: ModelRecord | null): void;
}

export interface Publication {
  /** `unchanged`: the same bytes were published before. */
  readonly outcome: 'published' | 'replaced' | 'unchanged';
  readonly record: ModelRecord;
}

/** What publishing needs to write to. */
export interface PublishStores {
  readonly models: ModelStore;
  readonly artifacts: ArtifactStore;
}
