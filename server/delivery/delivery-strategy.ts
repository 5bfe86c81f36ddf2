import type { Readable } from 'node:stream';
import type { DeliveryStrategy as StrategyName } from '../../contract/environment.ts';
import type { ModelRecord } from '../registry/model-record.ts';
import type { ArtifactReader, ByteRange } from '../registry/stores.ts';

/** How an artifact moves from its store to a client. */
export interface DeliveryStrategy {
  readonly name: StrategyName;
  /** Opens the bytes of an artifact, or of a range of it. */
  open(request: DeliveryRequest): Promise<Delivered>;
}

export interface DeliveryRequest {
  readonly record: ModelRecord;
  readonly range: ByteRange | null;
  /** The request has conditions on our entity tag, which no other server knows: it has to be answered here. */
  readonly isConditional: boolean;
  /** Aborted when the connection closes, whether the client left or has everything. */
  readonly signal: AbortSignal;
}

export type Delivered =
  /** Ends after exactly the bytes asked for or fails, and gives back all that it holds when it is destroyed. */
  | { readonly kind: 'stream'; readonly body: Readable }
  /** The artifact is gone because its version was replaced meanwhile. */
  | { readonly kind: 'gone' };

/** What strategies are made from. */
export interface DeliveryDependencies {
  readonly artifacts: ArtifactReader;
}
