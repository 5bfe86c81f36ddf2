/** One published version of a model. */
export interface ModelRecord {
  /** Sanitized: what routes and keys carry. */
  readonly id: string;
  /** As the model is known outside, such as `arnir0/Tiny-LLM`. */
  readonly modelId: string;
  readonly version: string;
  readonly sizeBytes: number;
  /** `sha256:<hex>` of the artifact. */
  readonly digest: string;
  /** Where the artifact lies; every upload has a key of its own. */
  readonly objectKey: string;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
}
