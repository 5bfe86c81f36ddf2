import type { EnvironmentFingerprint, Report, SubjectFingerprint, Target } from '../../../contract/report.ts';
import { formatBytes, formatCount, formatFigure, formatMiB } from '../format.ts';
import { escapeMarkdown, section, table } from './markdown.ts';
import { renderRepetition } from './render-repetition.ts';

/** Where and what was measured, the evidence by reference, and the command that repeats it. */
export function renderFingerprint(report: Report): string {
  const { environment, subject } = report.fingerprint;
  return section(
    'Fingerprint',
    table(['Environment', ''], listEnvironment(environment).map(toRow), 'll'),
    table(['Subject', ''], listSubject(subject).map(toRow), 'll'),
    table(['Run', ''], listRun(report).map(toRow), 'll'),
    'Hashes are shortened here; `report.json` has them whole. To do it again:',
    ...renderRepetition(report),
  );
}

type Entry = readonly [name: string, value: string];

function listEnvironment(environment: EnvironmentFingerprint): Entry[] {
  const { cgroup_cpu_limit, cgroup_memory_limit_bytes, data_set } = environment;
  return [
    ['CPU', `${environment.cpu_model}, ${formatCount(environment.cpu_cores)} cores`],
    ['memory', formatMiB(environment.memory_bytes)],
    [
      'cgroup limits',
      `CPU: ${formatLimit(cgroup_cpu_limit, (cores) => `${formatFigure(cores)} cores`)}; memory: ${formatLimit(cgroup_memory_limit_bytes, formatMiB)}`,
    ],
    ['kernel', environment.kernel],
    ['runtime', `Node ${environment.node}, V8 ${environment.v8}`],
    ['S3 and DynamoDB', environment.backend],
    [
      'data set',
      data_set === 'unavailable'
        ? data_set
        : `${formatCount(data_set.models)} models, SHA-256 ${shorten(data_set.sha256)}`,
    ],
  ];
}

function formatLimit(limit: number | 'none' | 'unavailable', format: (value: number) => string): string {
  return typeof limit === 'number' ? format(limit) : limit;
}

function listSubject(subject: SubjectFingerprint): Entry[] {
  const dirty = subject.git_dirty === true ? ', with uncommitted changes' : '';
  return [
    ['git commit', `${shorten(subject.git_commit)}${dirty}`],
    ['lockfile', `SHA-256 ${shorten(subject.lockfile_sha256)}`],
    ['compute backend', subject.compute_backend],
    ['delivery', subject.delivery],
    ...(subject.download_concurrency === undefined
      ? []
      : ([['download places', `at most ${formatCount(subject.download_concurrency)}`]] satisfies Entry[])),
    [
      "the service's connections to S3",
      formatLimit(subject.s3_max_sockets, (most) => `at most ${formatCount(most)}`),
    ],
    ...(subject.cache_bytes === undefined
      ? []
      : ([['memory for artifacts', `at most ${formatBytes(subject.cache_bytes)}`]] satisfies Entry[])),
    ...(subject.workers === undefined
      ? []
      : ([["the service's processes", formatCount(subject.workers)]] satisfies Entry[])),
  ];
}

function listRun({ run_id, started_at, completed_at, target, ledger, scenario, scope }: Report): Entry[] {
  const source = scenario.source_sha256 === null ? '' : `, source SHA-256 ${shorten(scenario.source_sha256)}`;
  const seed = scenario.seed === null ? '' : `, seed ${scenario.seed}`;
  return [
    ['run', run_id],
    [
      'scenario',
      `${scenario.name}, ${scenario.executor}, model: ${scenario.model}, scope: ${scope}${seed}${source}`,
    ],
    ['time', `${started_at} to ${completed_at}`],
    ...(target === null ? [] : ([['artifact', describeTarget(target)]] satisfies Entry[])),
    [
      'every request',
      `${ledger.document}, ${formatCount(ledger.rows)} rows, SHA-256 ${shorten(ledger.sha256)}`,
    ],
  ];
}

function describeTarget({ model_id, version, size_bytes, digest }: Target): string {
  const hash = digest === null ? 'unavailable' : shorten(digest.replace('sha256:', ''));
  return `${model_id} ${version}, ${formatBytes(size_bytes)}, SHA-256 ${hash}`;
}

function toRow([name, value]: Entry): string[] {
  return [name, escapeMarkdown(value)];
}

/** A commit or digest as far as a person compares it. */
function shorten(hash: string): string {
  return /^[0-9a-f]{40,}$/.test(hash) ? hash.slice(0, 12) : hash;
}
