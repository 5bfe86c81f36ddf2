import type { Readable } from 'node:stream';
import type { ModelRecord } from './model-record.ts';

/** Where records are kept. Every write is conditional, so that publishers may race. */
export interface ModelStore {
  /** Sees every write that was acknowledged before. */
  find(id: string, version: string): Promise<ModelRecord | null>;
  /** All versions of a model, by name; empty when there is none. */
  listVersions(id: string): Promise<readonly ModelRecord[]>;
  /** All versions of all models, in an order that is the store's own and stays the same between pages. */
  listModels(page: ModelPageRequest): Promise<ModelPage>;
  /** Claims a sanitized id for the display id that comes first, for ever; returns the one that holds it. */
  claimId(id: string, modelId: string): Promise<string>;
  /** False, and nothing written, when the version has a record. */
  insert(record: ModelRecord): Promise<boolean>;
  /** False, and nothing written, when `replaced` is no longer the version's record. */
  replace(replaced: ModelRecord, record: ModelRecord): Promise<boolean>;
}

export interface ModelPageRequest {
  readonly limit: number;
  /** From the page before; null for the first. */
  readonly cursor: string | null;
}

export interface ModelPage {
  readonly records: readonly ModelRecord[];
  /** Opaque; null on the last page. */
  readonly nextCursor: string | null;
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where artifacts are kept. */
export interface ArtifactStore {
  /** Keeps nothing when the content fails half-way. */
  upload(objectKey: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** No error when there is nothing to remove. */
  remove(objectKey: string): Promise<void>;
}

/** The way of artifacts to clients. */
export interface ArtifactReader {
  /**
   * Opens the artifact of a record, or a range of it. The body ends after exactly the bytes asked for or fails; the
   * signal frees its connection. Null when the artifact is gone: its version was replaced meanwhile.
   */
  open(record: ModelRecord, range: ByteRange | null, signal: AbortSignal): Promise<Readable | null>;
}
