import { type Repetition, repeatInBackground } from '../repeat-in-background.ts';
import type { ArtifactStore, ModelStore } from './stores.ts';
import { sweepUploads } from './sweep-uploads.ts';

const intervalMs = 60_000;

/** Sweeps at once and then every minute, in the background. */
export function superviseUploads(
  stores: { models: ModelStore; artifacts: ArtifactStore },
  onError: (error: unknown) => void,
): Repetition {
  return repeatInBackground(() => sweepUploads(stores), { intervalMs, atOnce: true, onError });
}
