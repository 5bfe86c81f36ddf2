import type { CommittedReports } from '../../../../contract/committed-reports.ts';
import type { Experiment, ExperimentDetails } from '../../../../contract/experiment.ts';
import { experimentPagePath, routes, runPagePath } from '../../../../contract/routes.ts';
import { getJson } from '../http/api.ts';
import { readExperiment } from '../http/read-documents.ts';
import { type Resource, useResource } from '../http/use-resource.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { ExperimentView } from '../parts/experiment-view.tsx';
import { Moment } from '../parts/moment.tsx';
import { LoadError, Notice } from '../parts/notice.tsx';
import { Shell } from '../parts/shell.tsx';

interface VersionProps {
  readonly name: string;
  /** Null: the newest. */
  readonly number: string | null;
}

interface Loaded {
  readonly experiment: Experiment;
  readonly documents: Readonly<Record<string, string>>;
}

/** A version of an experiment of this service's runs, the newest where none is named, with its other versions and all of its runs. */
export function ExperimentPage({ name, number }: VersionProps) {
  const details = useResource(name, (signal) =>
    getJson<ExperimentDetails>(`${routes.experiments}/${encodeURIComponent(name)}`, { signal }),
  );
  const version = details.data?.versions.find((one) => number === null || String(one.number) === number);
  const path = version?.documents['report.json'] ?? null;
  const loaded = useResource(path, async (signal): Promise<Loaded> => {
    return { experiment: await readExperiment(path ?? '', signal), documents: version?.documents ?? {} };
  });
  return (
    <Shell place="Experiments">
      {details.error ? <LoadError what="The experiment" error={details.error} retry={details.reload} /> : null}
      {details.data && !version ? (
        <Notice kind="bad" title="No such version." isAlert>
          {name} has {details.data.versions.map((one) => one.number).join(', ') || 'no version yet'}.
        </Notice>
      ) : null}
      <Shown loaded={loaded} runPage={runPagePath} />
      {details.data ? <Runs details={details.data} /> : null}
    </Shell>
  );
}

/** A report of `reports/`; its runs need not be this service's. */
export function ReportPage({ name, number }: VersionProps) {
  const loaded = useResource(`${name} ${number}`, async (signal): Promise<Loaded> => {
    const { reports } = await getJson<CommittedReports>(routes.reports, { signal });
    const [found] = reports
      .filter((report) => report.name === name && (number === null || String(report.number) === number))
      .toSorted((one, other) => other.number - one.number);
    const path = found?.documents['report.json'];
    if (!found || path === undefined)
      throw new Error(
        `There is no ${number === null ? 'version' : `version ${number}`} of "${name}" in reports/.`,
      );
    return { experiment: await readExperiment(path, signal), documents: found.documents };
  });
  return (
    <Shell place="Reports">
      <Shown loaded={loaded} runPage={null} />
    </Shell>
  );
}

function Shown({ loaded, runPage }: { loaded: Resource<Loaded>; runPage: ((runId: string) => string) | null }) {
  if (loaded.error) return <LoadError what="The report" error={loaded.error} retry={loaded.reload} />;
  if (!loaded.data) return null;
  return (
    <ErrorBoundary>
      <ExperimentView {...loaded.data} runPage={runPage} />
    </ErrorBoundary>
  );
}

function Runs({ details: { name, versions, runs } }: { details: ExperimentDetails }) {
  return (
    <section class="panel" aria-labelledby="all-runs">
      <h2 id="all-runs">All runs of {name}</h2>
      <ul class="documents">
        {runs.map((run) => (
          <li key={run.run_id}>
            <a href={runPagePath(run.run_id)}>{run.run_id.slice(0, 8)}</a>{' '}
            <span class="muted">
              {run.phase}, <Moment at={run.started_at} />
            </span>
          </li>
        ))}
      </ul>
      {versions.length > 1 ? (
        <p>
          Versions:{' '}
          {versions.map((version) => (
            <a key={version.number} class="version" href={experimentPagePath(name, version.number)}>
              {version.number}
            </a>
          ))}
        </p>
      ) : null}
    </section>
  );
}
