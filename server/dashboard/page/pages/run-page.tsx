import { useEffect } from 'preact/hooks';
import { formatSeconds } from '../../../../bench/presentation.ts';
import type { Results } from '../../../../contract/results.ts';
import { routes } from '../../../../contract/routes.ts';
import { isTerminal } from '../../../../contract/run-status.ts';
import { readReport } from '../http/read-documents.ts';
import { useResource } from '../http/use-resource.ts';
import { useRun, type WatchedRun } from '../live/use-run.ts';
import { describeDelivery, describePurpose, describeWorkload } from '../parts/describe-run.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { LiveRun } from '../parts/live-run.tsx';
import { Moment } from '../parts/moment.tsx';
import { LoadError, Notice } from '../parts/notice.tsx';
import { ProgressCharts } from '../parts/progress-charts.tsx';
import { ProgressFigures } from '../parts/progress-figures.tsx';
import { ReportView } from '../parts/report-view.tsx';
import { Shell } from '../parts/shell.tsx';
import { StatusDot } from '../parts/status-dot.tsx';
import { UserText } from '../parts/user-text.tsx';

/** One run: live while it runs, and the same address afterwards for as long as it is kept. */
export function RunPage({ runId }: { runId: string }) {
  const watched = useRun(runId);
  const { run, refusal, silence } = watched;
  useEffect(() => {
    if (run) document.title = `${run.status}: ${run.workload.scenario} · modelrig`;
  }, [run?.status]);
  return (
    <Shell place="Run">
      {refusal ? (
        <Notice kind="bad" title={refusal.status === 404 ? 'No such run.' : 'Not a run.'} isAlert>
          {refusal.message} Runs are kept for 90 days. <a href={routes.dashboard}>All runs</a>
        </Notice>
      ) : null}
      {run ? <Run run={run} watched={watched} /> : null}
      {!run && !refusal ? <p class="empty">{silence ?? 'Loading the run…'}</p> : null}
    </Shell>
  );
}

function Run({ run, watched }: { run: Results; watched: WatchedRun }) {
  return (
    <>
      <RunHeading run={run} />
      {isTerminal(run.status) ? <EndedRun run={run} watched={watched} /> : <LiveRun watched={watched} />}
    </>
  );
}

function RunHeading({ run }: { run: Results }) {
  const { run_id, status, workload, started_at, completed_at } = run;
  const purpose = describePurpose(run);
  const took = completed_at === null ? null : (Date.parse(completed_at) - Date.parse(started_at)) / 1_000;
  return (
    <header class="run-heading">
      <div class="run-heading-text">
        <h1>
          {workload.scenario}{' '}
          <span class="what">
            <bdi>{describeWorkload(run)}</bdi>
          </span>
        </h1>
        <p class="sub">
          <StatusDot status={status}>{status}</StatusDot> · <Moment at={started_at} />
          {took === null ? '' : `, ${formatSeconds(took)} with preparation`} · {describeDelivery(run)} ·{' '}
          {purpose === null ? null : `${purpose} · `}
          <code class="run-id">{run_id}</code>
        </p>
        {workload.note ? (
          <p class="note">
            <UserText text={workload.note} />
          </p>
        ) : null}
      </div>
      {isTerminal(status) ? (
        <a class="button" href={`${routes.dashboard}?repeat=${run_id}#start`}>
          Repeat
        </a>
      ) : null}
    </header>
  );
}

function EndedRun({ run, watched }: { run: Results; watched: WatchedRun }) {
  const path = run.documents['report.json'] ?? null;
  const report = useResource(path, (signal) => readReport(path ?? '', signal));
  return (
    <>
      <EndNotice run={run} />
      {report.error ? <LoadError what="The report" error={report.error} retry={report.reload} /> : null}
      {report.data ? (
        <ErrorBoundary>
          <ReportView report={report.data} documents={run.documents} />
        </ErrorBoundary>
      ) : null}
      {path !== null && report.isLoading ? <p class="empty">Loading the report…</p> : null}
      {path === null ? <PastProgress run={run} points={watched.points} /> : null}
    </>
  );
}

/** Why a run has no report; nothing where it has one. */
function EndNotice({ run: { status, failure_reason } }: { run: Results }) {
  if (failure_reason === null) return null;
  if (status === 'cancelled') {
    return (
      <Notice kind="plain" title={<UserText text={failure_reason} />}>
        So there is no report.
      </Notice>
    );
  }
  return (
    <Notice kind="bad" title="Failed.">
      <UserText text={failure_reason} />
    </Notice>
  );
}

/** How far a run without a report came. */
function PastProgress({ run, points }: { run: Results; points: WatchedRun['points'] }) {
  const last = points.at(-1) ?? run.progress;
  if (last === null) return <p class="empty">It ended before its load, or its progress is no longer kept.</p>;
  return (
    <section class="panel" aria-labelledby="came-to">
      <h2 id="came-to">
        How far it came
        <span class="sub">What its runner told every second, unchecked: no percentiles, no verdict.</span>
      </h2>
      <ProgressFigures last={last} plannedSeconds={run.planned_seconds} isOver />
      <ProgressCharts points={points} />
    </section>
  );
}
