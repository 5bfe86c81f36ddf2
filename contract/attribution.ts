import { z } from 'zod';
import { answerCountsSchema, shapingSchema } from './store-counts.ts';

/**
 * What a client's waiting consists of, in the order in which it happens. Those between `before_server` and
 * `after_server` were timed inside the service, the others by the client.
 */
export const timeParts = [
  'connect',
  'before_server',
  'event_loop',
  'metadata',
  'admission',
  's3_pool',
  's3_first_byte',
  's3_body',
  'moving',
  'client_body',
  'direct_from_store',
  'after_server',
  'unexplained',
] as const;
export const timePartSchema = z.enum(timeParts);
export type TimePart = z.infer<typeof timePartSchema>;

/** What may be short. */
const suspectResources = [
  'event_loop',
  'cpu',
  'admission',
  'metadata',
  's3_pool',
  's3_first_byte',
  's3_bandwidth',
  'clients',
  'load_generator',
] as const;
export const suspectResourceSchema = z.enum(suspectResources);
export type SuspectResource = z.infer<typeof suspectResourceSchema>;

export const suspectSchema = z.object({
  resource: suspectResourceSchema,
  /** What accuses it, and how much of it was found. */
  metric: z.string(),
  value: z.number(),
  unit: z.string(),
  /** A clause that names metric and value in words. */
  statement: z.string(),
  /** What would move it. */
  knob: z.string(),
});
export type Suspect = z.infer<typeof suspectSchema>;

/** Utilisation, saturation and errors of one resource; null where it cannot be read. */
export const useRowSchema = z.object({
  resource: z.string(),
  /** 0 to 1; of a CPU in cores. */
  utilization: z.number().nullable(),
  utilization_of: z.string(),
  saturation: z.number().nullable(),
  saturation_of: z.string(),
  errors: z.int().nullable(),
});
export type UseRow = z.infer<typeof useRowSchema>;

/** Where the time of a run's requests went, and what that makes suspect. Confirming is an experiment's business. */
export const attributionSchema = z.object({
  /** Requests whose client's and service's times could be joined, of those that succeeded or timed out. */
  joined: z.int(),
  of: z.int(),
  mean_ms: z.number(),
  /** Of the slowest twentieth. */
  slowest_mean_ms: z.number(),
  /** What one request took by itself, after the load; null where none was sent. */
  alone_mean_ms: z.number().nullable(),
  parts: z.array(
    z.object({
      part: timePartSchema,
      mean_ms: z.number(),
      slowest_ms: z.number(),
      alone_ms: z.number().nullable(),
    }),
  ),
  /** Median over the requests of what no part holds, as a share of the latency, 0 to 1. */
  unexplained_median_share: z.number(),
  use: z.array(useRowSchema),
  verdict: z.enum(['suspect', 'none', 'unknown']),
  /** The heaviest first; several where none of them explains the others. */
  suspects: z.array(suspectSchema),
  /** Why nobody is accused, or why nobody can be; empty with a suspect. */
  reason: z.string(),
});
export type Attribution = z.infer<typeof attributionSchema>;

/** What a store that counts itself did during the load. */
export const storeUseSchema = z.object({
  source: z.enum(['embedded', 'proxy']),
  shaping: shapingSchema.nullable(),
  ...answerCountsSchema.shape,
  /** Of the store's event loop, 0 to 1. */
  utilization: z.number(),
  cpu_seconds: z.number(),
});
export type StoreUse = z.infer<typeof storeUseSchema>;

/** Null for a store that does not count itself. */
export const storesUseSchema = z.object({
  s3: storeUseSchema.nullable(),
  dynamodb: storeUseSchema.nullable(),
});
export type StoresUse = z.infer<typeof storesUseSchema>;
