import type { Readable } from 'node:stream';
import type { DeliveryStrategy as StrategyName } from '../../contract/environment.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type {
  ArtifactLinks,
  ArtifactReader,
  BlockingArtifactReader,
  ByteRange,
  LinkOptions,
} from '../registry/stores.ts';
import type { CacheResult, SharedCache } from './artifact-cache.ts';

/** How an artifact moves from its store to a client. */
export interface DeliveryStrategy {
  readonly name: StrategyName;
  /** Opens the bytes of an artifact, or of a range of it. */
  open(request: DeliveryRequest): Promise<Delivered>;
  /** For strategies that admit only so many downloads at once. */
  readLoad?(): DeliveryLoad;
  /** For strategies that read S3 by this thread's own connections: those in use, and reads that wait for one. */
  readPool?(): DeliveryLoad;
  /** Ends what the strategy keeps running; downloads in flight fail. */
  close?(): Promise<void>;
}

/** Which strategy answers a request. */
export interface DeliveryChoice {
  /**
   * `runId`: the run that the request says it belongs to; it may be no run's. The strategy stays open until the
   * client's connection closes; that of a run that is over is reset when another one takes its place.
   */
  choose(runId: string | null, client: DownloadClient): Promise<DeliveryStrategy>;
}

/** Who downloads. */
export interface DownloadClient {
  /** Aborted when the connection closes. */
  readonly signal: AbortSignal;
  /** Hangs up. */
  reset(): void;
}

/** Of places for downloads, each held from before the store is asked until the connection closes, or of connections to S3. */
export interface DeliveryLoad {
  /** In use. */
  readonly active: number;
  /** Who waits for one. */
  readonly queued: number;
  readonly limit: number;
}

export interface DeliveryRequest {
  readonly record: ModelRecord;
  readonly range: ByteRange | null;
  /** Another server would understand the request otherwise, so that nobody but this one may answer it. */
  readonly mustAnswerHere: boolean;
  /** What the answer says of the artifact, wherever it comes from. */
  readonly headers: Omit<LinkOptions, 'expiresSeconds'>;
  /** Aborted when the connection closes, whether the client left or has everything. */
  readonly signal: AbortSignal;
}

export type Delivered =
  /**
   * Ends after exactly the bytes asked for or fails, and gives back all that it holds when it is destroyed. `cache`: of
   * strategies that have one, how it found the artifact.
   */
  | { readonly kind: 'stream'; readonly body: Readable; readonly cache?: CacheResult }
  /** Exactly the bytes asked for. */
  | { readonly kind: 'buffer'; readonly body: Buffer }
  /** Whoever asks there gets the artifact, or the range that his request names. */
  | { readonly kind: 'redirect'; readonly location: string }
  /** The artifact is gone because its version was replaced meanwhile. */
  | { readonly kind: 'gone' };

/** What strategies are made from. */
export interface DeliveryDependencies {
  readonly artifacts: ArtifactReader;
  readonly createBlockingReader: () => BlockingArtifactReader;
  readonly links: ArtifactLinks;
  /** Artifacts that may be held in memory at once. */
  readonly downloadConcurrency: number;
  readonly cache: SharedCache;
}
