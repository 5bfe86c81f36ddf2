import { mostReplacedKept, type ReplacedArtifact } from './replaced-artifact.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';

/** Those artifacts of one version whose time has come at `nowMs`, and the oldest beyond the number that is kept. */
export function findOutdated(replaced: readonly ReplacedArtifact[], nowMs: number): ReplacedArtifact[] {
  const surplus = replaced.length - mostReplacedKept;
  return replaced
    .toSorted((one, other) => one.removeAtMs - other.removeAtMs)
    .filter(({ removeAtMs }, index) => removeAtMs <= nowMs || index < surplus);
}

/** The artifact first, its note last. It can never be recorded again, so any number of processes may do so at once. */
export async function removeReplaced(
  { models, artifacts }: { models: ModelStore; artifacts: ArtifactStore },
  artifact: ReplacedArtifact,
): Promise<void> {
  await artifacts.remove(artifact.objectKey);
  await models.uploads.forgetReplaced(artifact);
}
