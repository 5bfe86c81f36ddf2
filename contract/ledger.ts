import { z } from 'zod';
import { type Manner, manners, type Outcome, outcomes } from './outcomes.ts';

export { type Manner, type Outcome, outcomes } from './outcomes.ts';

export const outcomeSchema = z.enum(outcomes);
export const mannerSchema = z.enum(manners);

/** One request sent. Times are milliseconds since the common start, on the runner's monotonic clock. */
export interface Attempt {
  readonly client: number;
  /** The kind of request, such as `download`. */
  readonly request: string;
  /** When it was due in the open model, whenever it could start; null in the closed one. */
  readonly intended_ms: number | null;
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
  /** Of the body that had to come; null where any length was right, and for HEAD. */
  readonly expected_bytes: number | null;
  /** All that was read for it: heads, body, the framing of chunks, what was thrown away; decrypted. */
  readonly wire_bytes: number;
  readonly outcome: Outcome;
  /** Null where the outcome says all, or where it is not known. */
  readonly manner: Manner | null;
  /** Whether this body was hashed and compared with the model's digest. */
  readonly digest_checked: boolean;
  readonly served_by: string | null;
  /** The delivery strategy that the service named. */
  readonly delivery: string | null;
  /** By which the service knows it; null in older ledgers. */
  readonly request_id: string | null;
  /** What went wrong, in words; null for `ok`. */
  readonly error: string | null;
}

/** Every attempt of a run, in columns. Readers refuse another schema by name. */
export const ledgerSchema = z.object({
  schema: z.literal('modelrig.ledger/1'),
  run_id: z.uuid(),
  columns: z.object({
    client: z.array(z.int()),
    /** What is optional is absent in older ledgers: all requests were downloads in a closed loop. */
    request: z.array(z.string()).optional(),
    intended_ms: z.array(z.number().nullable()).optional(),
    started_ms: z.array(z.number()),
    connected_ms: z.array(z.number().nullable()),
    redirected_ms: z.array(z.number().nullable()).optional(),
    first_byte_ms: z.array(z.number().nullable()),
    ended_ms: z.array(z.number()),
    status: z.array(z.int().nullable()),
    body_bytes: z.array(z.int()),
    expected_bytes: z.array(z.int().nullable()).optional(),
    wire_bytes: z.array(z.int()).optional(),
    outcome: z.array(outcomeSchema),
    manner: z.array(mannerSchema.nullable()).optional(),
    digest_checked: z.array(z.boolean()),
    served_by: z.array(z.string().nullable()),
    delivery: z.array(z.string().nullable()).optional(),
    request_id: z.array(z.string().nullable()).optional(),
    error: z.array(z.string().nullable()),
  }),
});
export type Ledger = z.infer<typeof ledgerSchema>;
