import { useState } from 'preact/hooks';
import { formatFigure, formatPercent, formatSeconds } from '../../../../bench/presentation.ts';
import type { ResultsPage } from '../../../../contract/results.ts';
import { comparePagePath, routes, runPagePath } from '../../../../contract/routes.ts';
import { getJson } from '../http/api.ts';
import { useResource } from '../http/use-resource.ts';
import type { ListedRun } from '../model/comparable-runs.ts';
import { formatLatency } from '../model/format-latency.ts';
import { judgeRun } from '../model/judge-run.ts';
import { describeLimits, describePurpose, describeWorkload } from './describe-run.ts';
import { Moment } from './moment.tsx';
import { LoadError } from './notice.tsx';
import { StatusDot } from './status-dot.tsx';

const mebibyte = 1_048_576;
const pageSize = 20;
/** Characters. */
const mostOfReason = 90;
const statuses = ['started', 'running', 'completed', 'failed', 'cancelled'];
const strategies = ['blocking', 'buffered', 'streamed', 'cached', 'redirected'];

type Filter = Readonly<Record<'status' | 'delivery' | 'model_id', string>>;
const noFilter: Filter = { status: '', delivery: '', model_id: '' };

/** All runs that are kept, newest first, in pages. */
export function History({ version }: { version: string }) {
  const [filter, setFilter] = useState(noFilter);
  const [older, setOlder] = useState<{ key: string; runs: ListedRun[]; next: string | null } | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  const query = toQuery(filter);
  const key = `${query} ${version}`;
  const first = useResource(
    query,
    (signal) => getJson<ResultsPage>(`${routes.results}?limit=${pageSize}${query}`, { signal }),
    { version },
  );
  const rest = older?.key === key ? older : null;
  const runs = [...(first.data?.runs ?? []), ...(rest?.runs ?? [])];
  const next = rest ? rest.next : (first.data?.next_cursor ?? null);
  const isFiltered = query !== '';

  const loadOlder = async () => {
    if (next === null) return;
    setFault(null);
    try {
      const page = await getJson<ResultsPage>(
        `${routes.results}?limit=${pageSize}${query}&cursor=${encodeURIComponent(next)}`,
      );
      setOlder({ key, runs: [...(rest?.runs ?? []), ...page.runs], next: page.next_cursor });
    } catch (error) {
      setFault(error as Error);
    }
  };

  return (
    <section class="panel" aria-labelledby="history">
      <h2 id="history">Runs</h2>
      <fieldset class="filters">
        <legend class="visually-hidden">Which runs</legend>
        <Filter
          label="Status"
          value={filter.status}
          options={statuses}
          onValue={(status) => setFilter({ ...filter, status })}
        />
        <Filter
          label="Strategy"
          value={filter.delivery}
          options={strategies}
          onValue={(delivery) => setFilter({ ...filter, delivery })}
        />
        <label class="field inline">
          <span>Model</span>
          <input
            type="text"
            placeholder="any"
            spellcheck={false}
            value={filter.model_id}
            onChange={(event) => setFilter({ ...filter, model_id: event.currentTarget.value.trim() })}
          />
        </label>
      </fieldset>
      {first.error ? <LoadError what="The runs" error={first.error} retry={first.reload} /> : null}
      {first.data && runs.length === 0 ? (
        <p class="empty">
          {isFiltered
            ? 'No run is like that.'
            : 'No run yet. Start one: the form is on this page, and every field may stay empty.'}
        </p>
      ) : null}
      {runs.length > 0 ? <RunTable runs={runs} /> : first.isLoading ? <p class="empty">Loading runs…</p> : null}
      {fault ? <LoadError what="Older runs" error={fault} retry={() => void loadOlder()} /> : null}
      {next !== null ? (
        <button type="button" onClick={() => void loadOlder()}>
          Older runs
        </button>
      ) : null}
    </section>
  );
}

function toQuery(filter: Filter): string {
  return Object.entries(filter)
    .flatMap(([name, value]) => (value === '' ? [] : [`&${name}=${encodeURIComponent(value)}`]))
    .join('');
}

function Filter(props: {
  label: string;
  value: string;
  options: readonly string[];
  onValue: (value: string) => void;
}) {
  return (
    <label class="field inline">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onValue(event.currentTarget.value)}>
        <option value="">any</option>
        {props.options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}

/** Two completed runs can be picked and held against each other. */
function RunTable({ runs }: { runs: readonly ListedRun[] }) {
  const [picked, setPicked] = useState<readonly string[]>([]);
  const pick = (runId: string) =>
    setPicked((before) =>
      before.includes(runId) ? before.filter((one) => one !== runId) : [...before, runId].slice(-2),
    );
  // The older one is A, whichever was picked first.
  const [a, b] = runs.filter(({ run_id }) => picked.includes(run_id)).toReversed();
  return (
    <>
      <p class="pick" aria-live="polite">
        {a && b ? (
          <a class="button" href={comparePagePath(a.run_id, b.run_id)}>
            Compare the two
          </a>
        ) : (
          <span class="muted">Tick two completed runs to compare them.</span>
        )}
      </p>
      <RunRows runs={runs} picked={picked} onPick={pick} />
    </>
  );
}

interface RunRowsProps {
  readonly runs: readonly ListedRun[];
  readonly picked: readonly string[];
  readonly onPick: (runId: string) => void;
}

function RunRows({ runs, picked, onPick }: RunRowsProps) {
  return (
    <table class="runs folding">
      <thead>
        <tr>
          <th scope="col">Run</th>
          <th scope="col">Verdict</th>
          <th scope="col">Load</th>
          <th scope="col">Delivery</th>
          <th scope="col" class="number">
            MiB/s
          </th>
          <th scope="col" class="number">
            p99
          </th>
          <th scope="col" class="number">
            Success
          </th>
          <th scope="col" class="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow
            key={run.run_id}
            run={run}
            isPicked={picked.includes(run.run_id)}
            onPick={() => onPick(run.run_id)}
          />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, isPicked, onPick }: { run: ListedRun; isPicked: boolean; onPick: () => void }) {
  const { run_id, status, workload, metrics, delivery_settings, started_at, completed_at } = run;
  const purpose = describePurpose(run);
  return (
    <tr>
      <th scope="row">
        <input
          type="checkbox"
          aria-label={`Compare ${workload.scenario} of ${started_at}`}
          checked={isPicked}
          disabled={status !== 'completed'}
          onChange={onPick}
        />
        <a href={runPagePath(run_id)}>
          <StatusDot status={judgeRun(run).isFlawed ? 'flawed' : status}>{status}</StatusDot>
        </a>{' '}
        <span class="muted">
          <Moment at={started_at} />
        </span>
      </th>
      <td class="outcome-of-run" data-name="verdict">
        <Outcome run={run} />
      </td>
      <td class="load">
        {workload.scenario}{' '}
        <span class="muted">
          <bdi>{describeWorkload(run)}</bdi>
        </span>
        {purpose === null ? null : <span class="sub">{purpose}</span>}
      </td>
      <td class="delivery">
        {delivery_settings?.delivery ?? '–'}{' '}
        <span class="muted">{delivery_settings ? describeLimits(delivery_settings).join(', ') : ''}</span>
      </td>
      <td class="number" data-name="MiB/s">
        {metrics ? formatFigure(metrics.throughput.bytes_per_second / mebibyte) : '–'}
      </td>
      <td class="number" data-name="p99">
        {metrics ? formatLatency(metrics.latency, 'p99') : '–'}
      </td>
      <td class="number" data-name="success">
        {metrics ? formatPercent(metrics.success_rate) : '–'}
      </td>
      <td class="number" data-name="took">
        {metrics
          ? formatSeconds(metrics.duration_seconds)
          : completed_at
            ? formatSeconds((Date.parse(completed_at) - Date.parse(started_at)) / 1_000)
            : '–'}
      </td>
    </tr>
  );
}

/** Whether a run's figures may be believed and its thresholds held; of a failed one, why. */
function Outcome({ run }: { run: ListedRun }) {
  const { verdict, isTrusted, crossed } = judgeRun(run);
  if (run.status === 'failed' && run.failure_reason !== null) {
    return (
      <span class="worse">
        <bdi>{shorten(run.failure_reason)}</bdi>
      </span>
    );
  }
  if (verdict === null) return <span class="muted">–</span>;
  return (
    <>
      <span class={isTrusted ? '' : 'worse'}>{verdict}</span>
      {crossed === null ? null : (
        <span class="sub worse">
          <span aria-hidden="true">✗ </span>
          <bdi>{crossed}</bdi>
        </span>
      )}
    </>
  );
}

/** The run's page has all of it. */
function shorten(reason: string): string {
  return reason.length > mostOfReason ? `${reason.slice(0, mostOfReason)}…` : reason;
}
