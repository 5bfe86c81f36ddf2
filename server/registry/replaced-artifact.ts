/** What a replacement left in the store, for those who were sent to it before. */
export interface ReplacedArtifact {
  /** Of the model, sanitized. */
  readonly id: string;
  readonly version: string;
  readonly objectKey: string;
  /** Milliseconds since 1970, by the publisher's clock. */
  readonly removeAtMs: number;
}

/**
 * How long the store takes an address that a client is sent to: for the start of a transfer, however slow the way to
 * it, and the resumes of clients that go back to it instead of to us, as wget does; a transfer under way outlives it.
 */
export const linkSeconds = 900;

/** For addresses signed just after a replacement by a record read just before, and for all that clocks differ by. */
const marginSeconds = 60;

/** What was replaced is there for longer than any address of it. */
export const replacedKeptMs = (linkSeconds + marginSeconds) * 1_000;

/**
 * Of one version, however often it is replaced: so many artifacts are stored for nothing else, and each is noted with
 * 80 to 270 bytes in an item that every download reads, of at most 400 KB.
 */
export const mostReplacedKept = 100;
