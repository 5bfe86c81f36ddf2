import { z } from 'zod';
import { deliveryStrategies, mostWorkers } from './environment.ts';

const oneOfStrategies = `one of ${deliveryStrategies.join(', ')}`;
const upTo10000 = 'a whole number from 1 to 10000';
const count = z.int(upTo10000).min(1, upTo10000).max(10_000, upTo10000);
const bytes = 'a whole number of bytes from 0 to 999999999999';

/** What a run changes of the service's delivery, for its own requests only. */
export const profileSchema = z.strictObject(
  {
    delivery: z.enum(deliveryStrategies, oneOfStrategies).optional(),
    /** Of the strategies that hold whole artifacts in memory. */
    download_concurrency: count.optional(),
    s3_max_sockets: count.optional(),
    /** Of the strategies that have artifacts in memory; part of what the service itself may take. */
    cache_bytes: z.int(bytes).min(0, bytes).max(999_999_999_999, bytes).optional(),
  },
  'an object with delivery, download_concurrency, s3_max_sockets, cache_bytes',
);
export type Profile = z.infer<typeof profileSchema>;

const upToMostWorkers = `a whole number from 1 to ${mostWorkers}`;

/** What an arm of an experiment changes: a profile, and what a service is started with. */
export const armSettingsSchema = z.strictObject(
  {
    ...profileSchema.shape,
    workers: z.int(upToMostWorkers).min(1, upToMostWorkers).max(mostWorkers, upToMostWorkers).optional(),
  },
  'an object with delivery, download_concurrency, s3_max_sockets, cache_bytes, workers',
);
export type ArmSettings = z.infer<typeof armSettingsSchema>;

/** How artifacts move: the service's own settings, or those with a run's profile laid over them. */
export const deliverySettingsSchema = z.object({
  delivery: z.enum(deliveryStrategies),
  download_concurrency: z.int(),
  s3_max_sockets: z.int(),
  /** Of all that the service, or the run by its profile, has in memory; absent in older runs. */
  cache_bytes: z.int().optional(),
  /** Processes that share all of this; absent where there is one. */
  workers: z.int().optional(),
});
export type DeliverySettings = z.infer<typeof deliverySettingsSchema>;
