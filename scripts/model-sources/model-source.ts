/** Where the models of a populated registry come from. */
export interface ModelSource {
  readonly name: string;
  /**
   * Tiny-LLM first, then all the others in an order that stays the same: a model that cannot be had is replaced by
   * the next one. Cheap: what a model consists of is asked when its turn has come.
   */
  list(signal: AbortSignal): AsyncIterable<SourceModel>;
}

export interface SourceModel {
  readonly modelId: string;
  readonly version: string;
  /** Nothing takes its place: without it the registry is not what was asked for. */
  readonly isRequired: boolean;
  /** How it is known among what is published: by the size of its artifact too, or by its id alone. */
  readonly knownBy: 'size' | 'id';
  /** @throws {ModelUnavailable} or {SourceLost} */
  prepare(signal: AbortSignal): Promise<SourceArtifact>;
}

export interface SourceArtifact {
  /** Exact size of what `open` gives. */
  readonly sizeBytes: number;
  /**
   * Streams the artifact; the same bytes every time.
   * @throws {ModelUnavailable} or {SourceLost}, also in between.
   */
  open(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** This one model cannot be had; the message says why, as the end of a sentence that names the model. */
export class ModelUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelUnavailable';
  }
}

/** The source gives nothing any more; asking for other models would be in vain. */
export class SourceLost extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SourceLost';
  }
}
