import { useEffect, useState } from 'preact/hooks';
import type { Results } from '../../../../contract/results.ts';
import type { Progress } from '../../../../contract/run.ts';
import type { ApiError } from '../http/api.ts';
import { followRun } from './follow-run.ts';

export interface WatchedRun {
  readonly run: Results | null;
  readonly points: readonly Progress[];
  /** Why no news come at present. */
  readonly silence: string | null;
  readonly refusal: ApiError | null;
}

const unknown: WatchedRun = { run: null, points: [], silence: null, refusal: null };

/** A run as it happens, and as it was when it has ended. */
export function useRun(runId: string): WatchedRun {
  const [watched, setWatched] = useState(unknown);
  useEffect(() => {
    const change = (part: Partial<WatchedRun>) => setWatched((before) => ({ ...before, ...part }));
    setWatched(unknown);
    return followRun(runId, {
      onRun: (run) => change({ run }),
      onPoints: (points, isWhole) =>
        setWatched((before) => ({ ...before, points: isWhole ? points : [...before.points, ...points] })),
      onSilence: (silence) => change({ silence }),
      onRefused: (refusal) => change({ refusal }),
    });
  }, [runId]);
  return watched;
}
