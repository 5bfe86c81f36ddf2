import { useState } from 'preact/hooks';
import type { Comparison } from '../../../../contract/comparison.ts';
import type { ResultsPage } from '../../../../contract/results.ts';
import { comparePagePath, routes, runPagePath } from '../../../../contract/routes.ts';
import { getJson } from '../http/api.ts';
import { useResource } from '../http/use-resource.ts';
import type { ListedRun } from '../model/comparable-runs.ts';
import { formatMoment } from '../model/format-moment.ts';
import { ComparisonView } from '../parts/comparison-view.tsx';
import { describeDelivery, describePurpose, describeWorkload } from '../parts/describe-run.ts';
import { LoadError } from '../parts/notice.tsx';
import { Shell } from '../parts/shell.tsx';

/** Two runs side by side; the address says which, so that it can be sent to somebody. */
export function ComparePage() {
  const [{ a, b }, setPair] = useState(readPair);
  const pick = (runA: string, runB: string) => {
    // Not another page: who chooses by the keyboard keeps the place.
    history.replaceState(null, '', comparePagePath(runA, runB));
    setPair({ a: runA, b: runB });
  };
  const runs = useResource('completed', (signal) =>
    getJson<ResultsPage>(`${routes.results}?status=completed&limit=100`, { signal }),
  );
  const isChosen = a !== '' && b !== '';
  const comparison = useResource(isChosen ? `${a} ${b}` : null, (signal) =>
    getJson<Comparison>(`${routes.compare}?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`, { signal }),
  );
  return (
    <Shell place="Compare">
      <h1>Compare two runs</h1>
      <section class="panel" aria-label="Which runs">
        <div class="pickers">
          <RunPicker name="A" value={a} runs={runs.data?.runs ?? []} onPick={(run) => pick(run, b)} />
          <RunPicker name="B" value={b} runs={runs.data?.runs ?? []} onPick={(run) => pick(a, run)} />
        </div>
      </section>
      {runs.error ? <LoadError what="The runs" error={runs.error} retry={runs.reload} /> : null}
      {comparison.error ? (
        <LoadError what="The comparison" error={comparison.error} retry={comparison.reload} />
      ) : null}
      {comparison.data ? <ComparisonView comparison={comparison.data} /> : null}
      {isChosen && comparison.isLoading ? <p class="empty">Comparing…</p> : null}
      {isChosen ? null : <p class="empty">Choose two completed runs. A is what B is held against.</p>}
    </Shell>
  );
}

function readPair(): { a: string; b: string } {
  const query = new URLSearchParams(location.search);
  return { a: query.get('a') ?? '', b: query.get('b') ?? '' };
}

interface RunPickerProps {
  readonly name: string;
  readonly value: string;
  readonly runs: readonly ListedRun[];
  readonly onPick: (runId: string) => void;
}

function RunPicker({ name, value, runs, onPick }: RunPickerProps) {
  const picked = runs.find(({ run_id }) => run_id === value);
  return (
    <div class="picker">
      <label class="field">
        <span>Run {name}</span>
        <select value={value} onChange={(event) => onPick(event.currentTarget.value)}>
          {value === '' ? <option value="">choose one</option> : null}
          {value !== '' && !picked ? <option value={value}>{value}</option> : null}
          {runs.map((run) => (
            <option key={run.run_id} value={run.run_id}>
              {formatMoment(new Date(run.started_at))} · {run.workload.scenario} · {describeDelivery(run)} ·{' '}
              {describeWorkload(run)}
            </option>
          ))}
        </select>
      </label>
      {picked ? <PickedRun run={picked} /> : null}
    </div>
  );
}

/** In full and on as many lines as that takes: a closed list shows but the beginning of what is chosen. */
function PickedRun({ run }: { run: ListedRun }) {
  return (
    <p class="fine">
      <bdi>{describeWorkload(run)}</bdi> · {describeDelivery(run)}
      {describePurpose(run) === null ? '' : ` · ${describePurpose(run)}`} ·{' '}
      <a href={runPagePath(run.run_id)}>{run.run_id.slice(0, 8)}</a>
    </p>
  );
}
