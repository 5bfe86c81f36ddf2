import type { ArtifactStore, ModelStore } from './stores.ts';
import { sweepUploads } from './sweep-uploads.ts';

export interface UploadSupervision {
  /** Resolves when the sweep under way is done. */
  stop(): Promise<void>;
}

const intervalMs = 60_000;

/**
 * Sweeps at once and then every minute, in the background. A sweep that fails is repeated; only the first failure of
 * a row is told to `onError`, for stores that are away come back.
 */
export function superviseUploads(
  stores: { models: ModelStore; artifacts: ArtifactStore },
  onError: (error: unknown) => void,
): UploadSupervision {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let isFailing = false;

  const sweep = async () => {
    try {
      await sweepUploads(stores);
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
    }
    if (stopped) return;
    timer = setTimeout(() => {
      round = sweep();
    }, intervalMs);
    timer.unref();
  };
  let round = sweep();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
