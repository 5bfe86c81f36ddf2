import { z } from 'zod';

/**
 * How an attempt ended, exactly one each. Only `ok` counts as a success: the expected status, a whole body of the
 * expected length, and where the digest was checked, the right one.
 */
export const outcomes = [
  'ok',
  'timeout',
  'aborted',
  'connect_failed',
  'unexpected_status',
  'wrong_length',
  'wrong_digest',
  'malformed',
  'interrupted',
] as const;
export const outcomeSchema = z.enum(outcomes);
export type Outcome = z.infer<typeof outcomeSchema>;

/** One request sent. Times are milliseconds since the common start, on the runner's monotonic clock. */
export interface Attempt {
  readonly client: number;
  readonly started_ms: number;
  /** When the connection was up; null when it was reused or never came up. */
  readonly connected_ms: number | null;
  /** When the answer that sent the client on to another address was whole; null for the usual direct answer. */
  readonly redirected_ms: number | null;
  /** Of the answer that counts: after a redirect, that of the other address. */
  readonly first_byte_ms: number | null;
  readonly ended_ms: number;
  readonly status: number | null;
  readonly body_bytes: number;
  readonly outcome: Outcome;
  /** Whether this body was hashed and compared with the model's digest. */
  readonly digest_checked: boolean;
  readonly served_by: string | null;
  /** The delivery strategy that the service named. */
  readonly delivery: string | null;
  /** What went wrong, in words; null for `ok`. */
  readonly error: string | null;
}

/** Every attempt of a run, in columns. Readers refuse another schema by name. */
export const ledgerSchema = z.object({
  schema: z.literal('modelrig.ledger/1'),
  run_id: z.uuid(),
  columns: z.object({
    client: z.array(z.int()),
    started_ms: z.array(z.number()),
    connected_ms: z.array(z.number().nullable()),
    /** Absent in ledgers from before redirects were followed, as `delivery` is. */
    redirected_ms: z.array(z.number().nullable()).optional(),
    first_byte_ms: z.array(z.number().nullable()),
    ended_ms: z.array(z.number()),
    status: z.array(z.int().nullable()),
    body_bytes: z.array(z.int()),
    outcome: z.array(outcomeSchema),
    digest_checked: z.array(z.boolean()),
    served_by: z.array(z.string().nullable()),
    delivery: z.array(z.string().nullable()).optional(),
    error: z.array(z.string().nullable()),
  }),
});
export type Ledger = z.infer<typeof ledgerSchema>;
