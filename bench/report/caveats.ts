import type { StoresUse } from '../../contract/attribution.ts';
import type { EnvironmentFingerprint, Report } from '../../contract/report.ts';
import type { Shaping } from '../../contract/store-counts.ts';
import { formatMiBPerSecond, formatMs, formatPercent, joinWords } from './format.ts';

/** How the S3 and DynamoDB behind a run are called on screens. */
export const backendNames: Readonly<Record<EnvironmentFingerprint['backend'], string>> = {
  aws: 'AWS',
  embedded: 'embedded store',
  custom: 'custom store',
  unavailable: 'target without telemetry',
};

/** Said of a service that was loaded without its trigger; null of any other. */
export function describeBareTarget({ backend }: EnvironmentFingerprint): string | null {
  if (backend !== 'unavailable') return null;
  return 'No telemetry: the target was loaded without its trigger, so nothing is known of it but what it answered. The environment is that of the load generator.';
}

/** Anything but AWS is said to be emulated, with what its stores were shaped to; null on AWS. */
export function describeEmulation(
  { backend }: EnvironmentFingerprint,
  stores: StoresUse | null = null,
): string | null {
  if (backend === 'aws' || backend === 'unavailable') return null;
  const where = backend === 'embedded' ? 'are embedded servers on this machine' : 'answer at a custom endpoint';
  const shaped = [
    ...describeShaping('S3', stores?.s3?.shaping ?? null),
    ...describeShaping('DynamoDB', stores?.dynamodb?.shaping ?? null),
  ];
  return [
    `EMULATED: S3 and DynamoDB ${where}, not AWS.`,
    ...shaped,
    'The figures compare code with code, they do not predict AWS.',
  ].join(' ');
}

function describeShaping(store: string, shaping: Shaping | null): string[] {
  if (shaping === null) return [];
  const { first_byte_ms, first_byte_jitter_ms: jitter = 0, failure_rate = 0 } = shaping;
  const { bytes_per_second_per_connection: each, bytes_per_second_total: total } = shaping;
  const limits = [
    ...(first_byte_ms > 0
      ? [`a first byte after ${formatMs(first_byte_ms)}${jitter > 0 ? ` ± ${formatMs(jitter)}` : ''}`]
      : []),
    ...(each === null ? [] : [`${formatMiBPerSecond(each)} a connection`]),
    ...(total === null ? [] : [`${formatMiBPerSecond(total)} in total`]),
    ...(failure_rate > 0 ? [`${formatPercent(100 * failure_rate)} of answers failed`] : []),
  ];
  return limits.length === 0 ? [] : [`${store} was shaped: ${joinWords(limits)}.`];
}

const incompleteFingerprint = 'the fingerprint lacks';

type Caveats = Pick<Report, 'fingerprint' | 'stopped_because' | 'interrupted' | 'calibration'>;

/** Why a report may not be published, a clause each; empty when it may. */
export function listDraftReasons(run: Caveats): string[] {
  const { environment, subject } = run.fingerprint;
  const { calibration, interrupted } = run;
  const lacksCeiling =
    !interrupted && calibration !== null && (calibration.before === null || calibration.after === null);
  const unavailable = Object.entries({ ...environment, ...subject })
    .filter(([, value]) => value === 'unavailable')
    .map(([name]) => namePart(name));
  return [
    ...(run.stopped_because === null
      ? []
      : [interrupted ? 'the load was interrupted' : 'the load was stopped before its end']),
    ...(subject.git_dirty === true ? ['the working tree had uncommitted changes'] : []),
    ...(lacksCeiling ? ['a calibration before or after the load failed'] : []),
    ...(unavailable.length > 0 ? [`${incompleteFingerprint} ${joinWords(unavailable)}`] : []),
  ];
}

const partNames: Readonly<Record<string, string>> = {
  cgroup_cpu_limit: 'the CPU limit',
  cgroup_memory_limit_bytes: 'the memory limit',
  backend: 'the stores',
  data_set: 'the data set',
  git_commit: 'the commit',
  git_dirty: 'the state of the working tree',
  lockfile_sha256: 'the lockfile',
  compute_backend: 'the compute backend',
  delivery: 'the strategy',
  s3_max_sockets: 'the number of connections to S3',
};

function namePart(name: string): string {
  return partNames[name] ?? name;
}

/** As `listDraftReasons`, without what the fingerprint lacks in detail: for where there is no room. */
export function listDraftReasonsInShort(run: Caveats): string[] {
  return listDraftReasons(run).map((reason) =>
    reason.startsWith(incompleteFingerprint) ? 'the fingerprint is incomplete, as report.md tells' : reason,
  );
}

/** The reasons in a sentence; null when the report may be published. */
export function describeDraft(run: Caveats): string | null {
  const reasons = listDraftReasons(run);
  return reasons.length === 0 ? null : `DRAFT: ${reasons.join('; ')}.`;
}
