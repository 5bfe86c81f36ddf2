import { useRef, useState } from 'preact/hooks';
import type { Results } from '../../../../contract/results.ts';
import { cancelPath } from '../../../../contract/routes.ts';
import { postJson } from '../http/api.ts';
import type { WatchedRun } from '../live/use-run.ts';
import { describeActivity, findShareDone, hasProgress } from '../model/describe-activity.ts';
import { useNow } from './moment.tsx';
import { Notice } from './notice.tsx';
import { ProgressCharts } from './progress-charts.tsx';
import { ProgressFigures } from './progress-figures.tsx';
import { useToken } from './token-dialog.tsx';

/** Progress comes every second; so long without it is news. */
const silentMs = 5_000;

/** A run under way: how far it is, how fast, and a way to end it. */
export function LiveRun({ watched: { run, points, silence } }: { watched: WatchedRun }) {
  if (run === null) return null;
  const last = points.at(-1) ?? run.progress;
  const share = findShareDone(run, last);
  return (
    <section class="live" aria-label="Run under way">
      <StaleNotice run={run} silence={silence} pointCount={points.length} />
      <div class="progress-line">
        <progress aria-label="Load done" {...(share === null ? {} : { value: share })} />
        <CancelButton run={run} />
      </div>
      <p class="activity" aria-live="polite">
        {describeActivity(run)}
      </p>
      <ProgressFigures last={last} plannedSeconds={run.planned_seconds} />
      <ProgressCharts points={points} />
    </section>
  );
}

/** Says so when what is shown is not how it is now. */
function StaleNotice({
  run,
  silence,
  pointCount,
}: {
  run: Results;
  silence: string | null;
  pointCount: number;
}) {
  const now = useNow(1_000);
  const seen = useRef({ pointCount, atMs: Date.now() });
  if (seen.current.pointCount !== pointCount) seen.current = { pointCount, atMs: Date.now() };
  const quietMs = now - seen.current.atMs;
  const isQuiet = run.status === 'running' && hasProgress(run) && quietMs > silentMs;
  const reason =
    silence ?? (isQuiet ? 'The runner writes no progress; one that is gone ends the run soon.' : null);
  if (reason === null) return null;
  return (
    <Notice
      kind="warn"
      title={
        <>
          Stale<span aria-hidden="true"> for {Math.max(0, Math.round(quietMs / 1_000))} s</span>.
        </>
      }
      isAlert
    >
      {reason} Below is what was known last.
    </Notice>
  );
}

function CancelButton({ run }: { run: Results }) {
  const [fault, setFault] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  const withToken = useToken();
  const cancel = async () => {
    setAsked(true);
    setFault(null);
    try {
      await withToken(() => postJson(cancelPath(run.run_id)));
    } catch (error) {
      setFault((error as Error).message);
      setAsked(false);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void cancel()} disabled={isAsked || run.cancel_requested}>
        {isAsked || run.cancel_requested ? 'Cancelling' : 'Cancel run'}
      </button>
      {fault ? (
        <span class="fault" role="alert">
          {fault}
        </span>
      ) : null}
    </>
  );
}
