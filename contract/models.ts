import { z } from 'zod';

/** One published version, as the service shows it. */
export const modelVersionSchema = z.object({
  /** As the model is known outside, such as `arnir0/Tiny-LLM`. */
  model_id: z.string(),
  /** Sanitized: what the paths carry. */
  id: z.string(),
  version: z.string(),
  size_bytes: z.int(),
  /** `sha256:<hex>` of the artifact. */
  digest: z.string(),
  published_at: z.iso.datetime(),
  /** Path of the artifact on this service. */
  download: z.string(),
});
export type ModelVersion = z.infer<typeof modelVersionSchema>;

/** `GET /models`: `next_cursor` is null on the last page. */
export const modelsPageSchema = z.object({
  models: z.array(modelVersionSchema),
  next_cursor: z.string().nullable(),
});
export type ModelsPage = z.infer<typeof modelsPageSchema>;

/** `GET /models/{id}`: the versions by name. */
export const modelSchema = z.object({
  model_id: z.string(),
  id: z.string(),
  versions: z.array(modelVersionSchema),
});
export type Model = z.infer<typeof modelSchema>;
