import { useRef, useState } from 'preact/hooks';
import { formatCount, formatMiBPerSecond, formatSeconds } from '../../../../bench/presentation.ts';
import type { Results } from '../../../../contract/results.ts';
import { cancelPath } from '../../../../contract/routes.ts';
import { postJson } from '../http/api.ts';
import type { WatchedRun } from '../live/use-run.ts';
import { Figure } from './figure.tsx';
import { useNow } from './moment.tsx';
import { Notice } from './notice.tsx';
import { ProgressCharts } from './progress-charts.tsx';
import { useToken } from './token-dialog.tsx';

/** Progress comes every second; so long without it is news. */
const silentMs = 5_000;

/** A run under way: how far it is, how fast, and a way to end it. */
export function LiveRun({ watched: { run, points, silence } }: { watched: WatchedRun }) {
  if (run === null) return null;
  const last = points.at(-1) ?? run.progress;
  const total = last?.total_requests ?? null;
  return (
    <section class="live" aria-label="Run under way">
      <StaleNotice run={run} silence={silence} pointCount={points.length} />
      <div class="progress-line">
        <progress aria-label="Requests done" {...(total ? { max: total, value: last?.done ?? 0 } : {})} />
        <span class="muted" aria-live="polite">
          {describePhase(run)}
        </span>
        <CancelButton run={run} />
      </div>
      <dl class="figures">
        <Figure name="Elapsed" value={last ? formatSeconds(Math.round(last.elapsed_seconds)) : '–'} />
        <Figure
          name="Done"
          value={formatCount(last?.done ?? 0)}
          {...(total ? { unit: `of ${formatCount(total)}` } : {})}
        >
          {last && last.failed > 0 ? <span class="worse">{formatCount(last.failed)} failed</span> : null}
        </Figure>
        <Figure name="In flight" value={formatCount(last?.in_flight ?? 0)} unit="requests" />
        <Figure
          name="Receiving"
          value={formatMiBPerSecond(last?.bytes_per_second ?? 0).replace(' MiB/s', '')}
          unit="MiB/s"
        />
      </dl>
      <ProgressCharts points={points} />
    </section>
  );
}

function describePhase(run: Results): string {
  if (run.cancel_requested) return 'cancelling';
  return run.status === 'started' ? 'starting the runner' : 'running';
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
  const isQuiet = run.status === 'running' && quietMs > silentMs;
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
