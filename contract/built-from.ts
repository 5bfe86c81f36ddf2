import { z } from 'zod';

/**
 * What an image or a bundle was built from. A file of this name lies beside the module that reads it, since neither has
 * a git checkout around it.
 */
export const builtFromFile = 'built-from.json';

export const builtFromSchema = z.object({
  /** The last commit that changed what was built. */
  git_commit: z.string(),
  /** Whether it was changed after that commit. */
  git_dirty: z.union([z.boolean(), z.literal('unavailable')]),
  /** Where the lockfile itself was left behind. */
  lockfile_sha256: z.string().optional(),
});
export type BuiltFrom = z.infer<typeof builtFromSchema>;
