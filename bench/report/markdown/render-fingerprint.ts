import { movableVersion } from '../../../contract/model-id.ts';
import type { EnvironmentFingerprint, Report, SubjectFingerprint } from '../../../contract/report.ts';
import { routes } from '../../../contract/routes.ts';
import { formatBytes, formatCount, formatFigure, formatMiB } from '../format.ts';
import { escapeMarkdown, section, table } from './markdown.ts';

/** Where and what was measured, the evidence by reference, and the command that repeats it. */
export function renderFingerprint(report: Report): string {
  const { environment, subject } = report.fingerprint;
  return section(
    'Fingerprint',
    table(['Environment', ''], listEnvironment(environment).map(toRow), 'll'),
    table(['Subject', ''], listSubject(subject).map(toRow), 'll'),
    table(['Run', ''], listRun(report).map(toRow), 'll'),
    'Hashes are shortened here; `report.json` has them whole. To do it again:',
    describeRepetition(report),
    describeStage(report),
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
    ['data set', `${formatCount(data_set.models)} models, SHA-256 ${shorten(data_set.sha256)}`],
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
      : ([['artifacts in memory', `at most ${formatCount(subject.download_concurrency)}`]] satisfies Entry[])),
    ["the service's connections to S3", `at most ${formatCount(subject.s3_max_sockets)}`],
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
    [
      'artifact',
      `${target.model_id} ${target.version}, ${formatBytes(target.size_bytes)}, SHA-256 ${shorten(target.digest.replace('sha256:', ''))}`,
    ],
    [
      'every request',
      `${ledger.document}, ${formatCount(ledger.rows)} rows, SHA-256 ${shorten(ledger.sha256)}`,
    ],
  ];
}

function toRow([name, value]: Entry): string[] {
  return [name, escapeMarkdown(value)];
}

/** A commit or digest as far as a person compares it. */
function shorten(hash: string): string {
  return /^[0-9a-f]{40,}$/.test(hash) ? hash.slice(0, 12) : hash;
}

/**
 * With the delivery settings that held, whoever had set them. The command line asks for the movable version alone;
 * another one is asked for in the trigger's body.
 */
function describeRepetition({ workload, scenario, fingerprint }: Report): string {
  const { num_clients, model_id, version, duration_seconds } = workload;
  const { delivery, download_concurrency, s3_max_sockets } = fingerprint.subject;
  const profile = {
    delivery,
    ...(download_concurrency === undefined ? {} : { download_concurrency }),
    s3_max_sockets,
  };
  if (scenario.name !== 'burst-100') {
    return ['```sh', `npm run bench -- run ${scenario.name} --target URL`, '```'].join('\n');
  }
  if (version !== movableVersion) {
    const body = JSON.stringify({ num_clients, model_id, version, duration_seconds, profile }, null, 2);
    return ['```http', `POST ${routes.workload}`, 'Content-Type: application/json', '', body, '```'].join('\n');
  }
  const flags = Object.entries(profile).map(([field, value]) => `--${field.replaceAll('_', '-')} ${value}`);
  const command = `npm run bench -- --clients ${num_clients} --model ${model_id} --duration ${duration_seconds}`;
  return ['```sh', `${command} ${flags.join(' ')}`, '```'].join('\n');
}

/** What the command alone does not bring along. */
function describeStage({ fingerprint }: Report): string {
  const { backend } = fingerprint.environment;
  if (backend === 'embedded') return '';
  return backend === 'custom'
    ? 'With `AWS_ENDPOINT_URL` set as it was, or by `trigger --url` through the same service.'
    : 'By `npm run bench -- trigger --url` with these flags, through the same service.';
}
