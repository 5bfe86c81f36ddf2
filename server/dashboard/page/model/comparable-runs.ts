import type { ResultsPage } from '../../../../contract/results.ts';

export type ListedRun = ResultsPage['runs'][number];

/** The completed runs of the same load under the same delivery settings, oldest first, whatever they were made for. */
export function listComparable(runs: readonly ListedRun[], run: ListedRun): ListedRun[] {
  const key = nameLoad(run);
  return runs
    .filter((other) => other.status === 'completed' && other.metrics !== null && nameLoad(other) === key)
    .toSorted((one, other) => one.started_at.localeCompare(other.started_at));
}

function nameLoad({ workload, delivery_settings }: ListedRun): string {
  const { note: _, profile: __, experiment: ___, phase: ____, ...load } = workload;
  return JSON.stringify([load, delivery_settings]);
}

/** How many times what it was a figure is now; null where that cannot be said. */
export function computeRatio(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : now / before;
}
