import { z } from 'zod';

/**
 * What a store of ours (the embedded S3, or a shaping proxy before any store) counted and timed by itself, so that
 * nobody has to take the service's word for it. Answered at `storeCountsPath`, which is no bucket's name. Cumulative
 * since it started: the difference of two is what lies between them.
 */
export const storeCountsPath = '/.modelrig/counts';

/** Set by a shaping proxy; 0 or null where it lets things pass as they come. */
export const shapingSchema = z.object({
  /** No answer's head leaves earlier than this after its request. */
  first_byte_ms: z.number(),
  bytes_per_second_per_connection: z.number().nullable(),
  bytes_per_second_total: z.number().nullable(),
  /** The first byte's time is drawn evenly from so much before to so much after `first_byte_ms`; absent for 0. */
  first_byte_jitter_ms: z.number().optional(),
  /** Share of what is shaped that is answered with 503, 0 to 1; absent for 0. */
  failure_rate: z.number().optional(),
  /** Of what is drawn. */
  seed: z.int().optional(),
});
export type Shaping = z.infer<typeof shapingSchema>;

/** Answers of one kind; times are sums over them, in milliseconds. */
export const answerCountsSchema = z.object({
  /** GETs of objects that were answered with their bytes (of DynamoDB: calls). */
  answers: z.int(),
  /** Those of them that ended before their last byte. */
  aborted: z.int(),
  /** Body bytes handed to the kernel; the embedded S3 counts of a cut body at least those, at most all of it. */
  bytes: z.int(),
  /** From the arrival of the request until the head of the answer left. */
  first_byte_ms: z.number(),
  /** From then on until the last byte left. */
  body_ms: z.number(),
  /** Of it, how long the connection took no more. */
  reader_wait_ms: z.number(),
  /** Of it, how long bytes were held back to keep to a bandwidth, or were waited for from behind. */
  own_wait_ms: z.number(),
});
export type AnswerCounts = z.infer<typeof answerCountsSchema>;

export const storeCountsSchema = z.object({
  schema: z.literal('modelrig.store-counts/1'),
  source: z.enum(['embedded', 'proxy']),
  shaping: shapingSchema.nullable(),
  /** By bucket; of DynamoDB by operation. */
  counts: z.record(z.string(), answerCountsSchema),
  /** The store's own process: how long its event loop was busy, of how long it is up, and the CPU time it took. */
  busy_ms: z.number(),
  up_ms: z.number(),
  cpu_seconds: z.number(),
});
export type StoreCounts = z.infer<typeof storeCountsSchema>;

/** Of both stores; null for one that does not count itself. */
export const storesCountsSchema = z.object({
  s3: storeCountsSchema.nullable(),
  dynamodb: storeCountsSchema.nullable(),
});
export type StoresCounts = z.infer<typeof storesCountsSchema>;

export const noAnswers: AnswerCounts = {
  answers: 0,
  aborted: 0,
  bytes: 0,
  first_byte_ms: 0,
  body_ms: 0,
  reader_wait_ms: 0,
  own_wait_ms: 0,
};
