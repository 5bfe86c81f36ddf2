import type { CommittedReports } from '../../../../contract/committed-reports.ts';
import type { Experiments } from '../../../../contract/experiment.ts';
import { experimentPagePath, reportPagePath, routes } from '../../../../contract/routes.ts';
import { getJson } from '../http/api.ts';
import { useResource } from '../http/use-resource.ts';
import { countPairs } from '../model/count-pairs.ts';
import { describeOrigin } from '../model/describe-origin.ts';
import { Moment } from '../parts/moment.tsx';
import { LoadError, Notice } from '../parts/notice.tsx';
import { Shell } from '../parts/shell.tsx';
import { UserText } from '../parts/user-text.tsx';

/** Experiments of this service's own runs. */
export function ExperimentsPage() {
  const found = useResource('experiments', (signal) => getJson<Experiments>(routes.experiments, { signal }));
  return (
    <Shell place="Experiments">
      <h1>Experiments of this service</h1>
      <p class="lead">
        Runs that were started with an experiment and a phase, before or after, held against each other.{' '}
        <a href={`${routes.dashboard}#start`}>Start one</a>
      </p>
      {found.error ? <LoadError what="The experiments" error={found.error} retry={found.reload} /> : null}
      {found.data?.experiments.length === 0 ? (
        <p class="empty">None yet: a version appears when an experiment has runs of both phases.</p>
      ) : null}
      <ul class="cards">
        {found.data?.experiments.map((version) => (
          <li key={version.name} class="panel">
            <h2>
              <a href={experimentPagePath(version.name, version.number)}>{version.name}</a>{' '}
              <span class="muted">version {version.number}</span>
            </h2>
            <p>
              <UserText text={version.answer} />
            </p>
            <p class="fine">
              {countPairs(version.pairs)}, <Moment at={version.completed_at} />
            </p>
          </li>
        ))}
      </ul>
    </Shell>
  );
}

/** What lies in `reports/` beside the sources of this service; whether it is committed, a service cannot know. */
export function ReportsPage() {
  const found = useResource('reports', (signal) => getJson<CommittedReports>(routes.reports, { signal }));
  return (
    <Shell place="Reports">
      <h1>Reports</h1>
      <p class="lead">
        Befores and afters that lie in reports/ beside the sources of this service, each with where its runs
        were made. A draft must not be published.
      </p>
      {found.error ? <LoadError what="The reports" error={found.error} retry={found.reload} /> : null}
      {found.data?.reports.length === 0 ? <p class="empty">There is no report in reports/.</p> : null}
      {found.data?.unreadable.map(({ folder, reason }) => (
        <Notice key={folder} kind="warn" title={folder}>
          cannot be shown: {reason}.
        </Notice>
      ))}
      <ul class="cards">
        {found.data?.reports.map((report) => (
          <li key={`${report.name} ${report.number}`} class="panel">
            <h2>
              <a href={reportPagePath(report.name, report.number)}>
                <UserText text={report.question} />
              </a>
            </h2>
            {report.draft_reasons.length > 0 ? (
              <p>
                <b class="draft">DRAFT</b> <UserText text={`${report.draft_reasons.join('; ')}.`} />
              </p>
            ) : null}
            <p>
              <UserText text={report.answer} />
            </p>
            <p class="fine">
              {report.name}, version {report.number} · <UserText text={describeOrigin(report.origin)} /> ·
              commit {report.git_commit.slice(0, 8)} · <Moment at={report.completed_at} />
            </p>
          </li>
        ))}
      </ul>
    </Shell>
  );
}
