import type { Readable } from 'node:stream';
import type { DeliveryStrategy as StrategyName } from '../../contract/environment.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ArtifactStore, ByteRange } from '../registry/stores.ts';

/** How an artifact moves from its store to a client. */
export interface DeliveryStrategy {
  readonly name: StrategyName;
  /**
   * Opens the bytes of an artifact, or of a range of it. The body ends after exactly these bytes or fails, and
   * gives back all that it holds when the signal is aborted or it is destroyed. Null when the artifact is gone
   * because its version was replaced meanwhile.
   */
  open(request: DeliveryRequest): Promise<Readable | null>;
}

export interface DeliveryRequest {
  readonly record: ModelRecord;
  readonly range: ByteRange | null;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** What strategies are made from. */
export interface DeliveryDependencies {
  readonly artifacts: ArtifactStore;
}
