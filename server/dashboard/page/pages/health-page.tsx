import { useEffect } from 'preact/hooks';
import type { Results, ResultsPage } from '../../../../contract/results.ts';
import { resultPath, routes, runPagePath } from '../../../../contract/routes.ts';
import { getJson } from '../http/api.ts';
import { useResource } from '../http/use-resource.ts';
import { useRun } from '../live/use-run.ts';
import type { ListedRun } from '../model/comparable-runs.ts';
import { type FormValues, toFormValues } from '../model/workload-form.ts';
import { ComponentCards } from '../parts/component-cards.tsx';
import { describeDelivery, describeWorkload } from '../parts/describe-run.ts';
import { History } from '../parts/history.tsx';
import { LatestFigures } from '../parts/latest-figures.tsx';
import { LiveRun } from '../parts/live-run.tsx';
import { LoadError } from '../parts/notice.tsx';
import { loadComponents, Shell } from '../parts/shell.tsx';
import { TriggerForm } from '../parts/trigger-form.tsx';

const everyMs = 5_000;
/** Among so many newest runs comparable ones are looked for. */
const trendRuns = 100;

/** Is it well, how fast was it last, start a run, all runs. */
export function HealthPage() {
  const components = useResource('components', loadComponents, { everyMs });
  const performance = components.data?.components.find(({ id }) => id === 'performance')?.metrics;
  const activeId = typeof performance?.active_run_id === 'string' ? performance.active_run_id : null;
  const version = `${performance?.latest_run_id ?? ''} ${activeId ?? ''}`;
  const runs = useResource(
    components.data ? 'runs' : null,
    (signal) => getJson<ResultsPage>(`${routes.results}?limit=${trendRuns}`, { signal }),
    { version },
  );
  const repeat = useRepeat();
  const isLoading = !(runs.data || runs.error || components.error);
  const listed = runs.data?.runs.find(({ run_id }) => run_id === activeId);
  return (
    <Shell place="Health">
      <h1 class="visually-hidden">Health</h1>
      {components.error ? <LoadError what="Health" error={components.error} retry={components.reload} /> : null}
      <section aria-label="Components">
        {components.data ? <ComponentCards {...components.data} /> : <div class="components" />}
      </section>
      <div class={`columns ${isLoading ? 'is-loading' : ''}`}>
        <div class="main-column">
          {activeId ? (
            <ActiveRun key={activeId} runId={activeId} listed={listed} onEnd={components.reload} />
          ) : null}
          {runs.error ? <LoadError what="Recent runs" error={runs.error} retry={runs.reload} /> : null}
          {runs.data ? <LatestFigures runs={runs.data.runs} /> : null}
        </div>
        <section class="panel side" aria-labelledby="start">
          <h2 id="start">Start a run</h2>
          {repeat.error ? <LoadError what="The run to repeat" error={repeat.error} /> : null}
          {repeat.values ? <TriggerForm repeat={repeat.values} /> : null}
        </section>
      </div>
      <History version={version} />
    </Shell>
  );
}

interface ActiveRunProps {
  readonly runId: string;
  /** What is known of it before the first news come. */
  readonly listed: ListedRun | undefined;
  readonly onEnd: () => void;
}

function ActiveRun({ runId, listed, onEnd }: ActiveRunProps) {
  const watched = useRun(runId);
  const run =
    watched.run ?? (listed ? { ...listed, progress: null, activity: null, planned_seconds: null } : null);
  const isOver = run?.completed_at != null;
  useEffect(() => {
    if (isOver) onEnd();
  }, [isOver]);
  if (!run || isOver) return null;
  return (
    <section class="panel" aria-labelledby="active">
      <h2 id="active">
        Running now <a href={runPagePath(runId)}>{run.workload.scenario}</a>
        <span class="sub">
          <bdi>{describeWorkload(run)}</bdi> · {describeDelivery(run)}
        </span>
      </h2>
      <LiveRun watched={{ ...watched, run }} />
    </section>
  );
}

/** `?repeat=<run id>` fills the form with what that run did. */
function useRepeat(): { values: FormValues | null; error: Error | null } {
  const runId = new URLSearchParams(location.search).get('repeat');
  const { data, error } = useResource(runId, async (signal) => {
    const { workload } = await getJson<Results>(resultPath(runId ?? ''), { signal });
    return toFormValues(workload);
  });
  return { values: runId === null || error ? {} : data, error };
}
