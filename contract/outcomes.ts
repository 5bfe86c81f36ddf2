/**
 * How an attempt ended, exactly one each. Only `ok` counts as a success: the expected status, a whole body of the
 * expected length, and where the digest was checked, the right one.
 */
export const outcomes = [
  'ok',
  /** No whole response before the deadline; its manner says what the waiting was like. */
  'timeout',
  /** The connection ended before the response did; by what, its manner says. */
  'aborted',
  'connect_failed',
  'unexpected_status',
  /** 429 or 503 with `Retry-After`: the service asked for patience, it did not fail. */
  'throttled',
  'wrong_length',
  /** A part of the body was asked for, and another one came. */
  'wrong_range',
  'wrong_digest',
  /** A document of another media type than expected, or an empty one. */
  'wrong_type',
  /** More bytes than the response has, which are no second response. */
  'too_long',
  /** A second response to the one request. */
  'stitched',
  /** Bytes came before the request was sent. */
  'unsolicited',
  /** Compressed, although identity was asked for. */
  'encoded',
  /** No length and no chunks: whether the body is whole cannot be known. */
  'closed_delimited',
  /** The same header twice with different values, or two ways to tell where the body ends. */
  'conflicting_headers',
  /** A head beyond any reasonable length. */
  'endless_header',
  'malformed',
  /** Still in flight when the load was stopped. */
  'interrupted',
] as const;
export type Outcome = (typeof outcomes)[number];

/** What tells apart failures of one outcome: how an answer was cut, or what the waiting for it was like. */
export const manners = [
  /** `aborted`: the server closed the connection in order. */
  'fin',
  /** `aborted`: the connection was reset. */
  'rst',
  /** `timeout`: not a byte of an answer came. */
  'unanswered',
  /** `timeout`: no byte came in the last quarter of the waiting. */
  'stalled',
  /** `timeout`: bytes still came, too slowly. */
  'dribbled',
] as const;
export type Manner = (typeof manners)[number];
