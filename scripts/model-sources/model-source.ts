/** Where the models of a populated registry come from. */
export interface ModelSource {
  readonly name: string;
  /** How many models it can give. */
  readonly available: number;
  /** The first `count` models, Tiny-LLM first; cheap, no bytes are made. */
  list(count: number): readonly SourceModel[];
}

export interface SourceModel {
  readonly modelId: string;
  readonly version: string;
  /** Exact size of the artifact: a published version of the same size is taken for the same. */
  readonly sizeBytes: number;
  /** Streams the artifact; the same bytes every time. */
  open(): AsyncIterable<Uint8Array>;
}
