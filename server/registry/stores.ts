import type { Readable } from 'node:stream';
import type { ModelRecord } from './model-record.ts';
import type { ReplacedArtifact } from './replaced-artifact.ts';
import type { Upload, UploadNote } from './upload.ts';

/** Where records are kept. Every write is conditional, so that publishers may race. */
export interface ModelStore {
  /** Sees every write that was acknowledged before. */
  find(id: string, version: string): Promise<ModelRecord | null>;
  /** All versions of a model, by name; empty when there is none. */
  listVersions(id: string): Promise<readonly ModelRecord[]>;
  /** All versions of all models, in an order that is the store's own and stays the same between pages. */
  listModels(page: ModelPageRequest): Promise<ModelPage>;
  /** The display id that a sanitized id is claimed for, or null. */
  findHolder(id: string): Promise<string | null>;
  /** Claims a sanitized id for the display id that comes first, for ever; returns the one that holds it. */
  claimId(id: string, modelId: string): Promise<string>;
  /**
   * Removes the upload's note in the same step. False, and nothing written, when the version has a record or the
   * upload was given up.
   */
  insert(record: ModelRecord, upload: Upload): Promise<boolean>;
  /**
   * Removes the upload's note in the same step, and notes the artifact of `replaced`, which is to be removed after
   * `replacedKeptMs`. False, and nothing written, when `replaced` is no longer the version's record or the upload was
   * given up.
   */
  replace(replaced: ModelRecord, record: ModelRecord, upload: Upload): Promise<boolean>;
  readonly uploads: UploadNotes;
}

/**
 * Notes of uploads under way, each in the same item as the record that it may lead to: so that giving an upload up
 * and recording it exclude each other by conditions on that one item, whatever the clocks say and however long a
 * publisher was held up. Leases only tell when it is likely that a publisher is dead. Beside them stand notes of
 * artifacts that were replaced.
 */
export interface UploadNotes {
  /** How long a note holds from when it was written or renewed. */
  readonly leaseMs: number;
  /** Before the first byte is uploaded. */
  write(upload: Upload): Promise<void>;
  /** False when the upload was given up. */
  renew(upload: Upload): Promise<boolean>;
  /**
   * From here on the upload can neither be renewed nor recorded. False, and nothing done, when there is no note, or
   * another lease than the one that was `seen`.
   */
  giveUp(upload: Upload, seenLeaseMs?: number): Promise<boolean>;
  /** The last step: leaves no trace of an upload in the table, where nothing `isPublished` no item of its version either. */
  remove(upload: Upload, isPublished: boolean): Promise<void>;
  /** The last step, once the artifact itself was removed. */
  forgetReplaced(artifact: ReplacedArtifact): Promise<void>;
  /** All notes of all versions; reads the whole table. */
  list(): Promise<Notes>;
  /** What a version consists of at one moment. */
  readVersion(id: string, version: string): Promise<VersionState>;
}

export interface Notes {
  readonly uploads: readonly UploadNote[];
  readonly replaced: readonly ReplacedArtifact[];
}

export interface VersionState extends Notes {
  readonly record: ModelRecord | null;
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
  /** Keys of artifacts, and of uploads that a publisher left unfinished, that begin with the prefix. */
  list(prefix: string): Promise<readonly string[]>;
  /** Artifact and unfinished uploads of this key; no error when there are none. */
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

/** The same while this thread stands still, which is what a synchronous client library does to an event loop. */
export interface BlockingArtifactReader {
  /** All bytes at once, in memory; null when the artifact is gone. */
  readBlocking(record: ModelRecord, range: ByteRange | null): Buffer | null;
  close(): Promise<void>;
}

/** Addresses at which the store itself hands out artifacts. */
export interface ArtifactLinks {
  /** Whoever has the address may read the artifact with it, ranges too, until it expires. */
  createLink(record: ModelRecord, options: LinkOptions): Promise<string>;
}

/** How long an address lasts, and the headers that the store's answers carry. */
export interface LinkOptions {
  readonly expiresSeconds: number;
  readonly contentType: string;
  readonly contentDisposition: string;
  readonly cacheControl: string;
}
