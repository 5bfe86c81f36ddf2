import { environment } from '../../contract/environment.ts';
import type { Report } from '../../contract/report.ts';
import { othersName } from '../metrics/summarise-requests.ts';
import { isAtLeast, markAtLeast } from './at-least.ts';
import { backendNames } from './caveats.ts';
import { describeLoad } from './describe-load.ts';
import { formatCount, formatMiBPerSecond, formatMs, formatSeconds, joinWords } from './format.ts';
import { nameFailure } from './list-failures.ts';

/** What was done with what, in parts to be joined: scenario, clients and model, strategy, store. */
export function describeRun({ scenario, target, fingerprint, black_box }: Report): string[] {
  const kinds = black_box.request_kinds.length;
  const hasOthers = black_box.request_kinds.some(({ request }) => request === othersName);
  const counted = hasOthers ? `${formatCount(kinds - 1)}+` : formatCount(kinds);
  const [only] = black_box.request_kinds;
  const what = kinds > 1 ? `${counted} kinds of request` : (target?.model_id ?? only?.request ?? 'nothing');
  return [
    scenario.name,
    `${describeLoad(scenario)} × ${what}`,
    ...(fingerprint.subject.delivery === 'unavailable' ? [] : [describeDelivery(fingerprint.subject)]),
    backendNames[fingerprint.environment.backend],
  ];
}

/** Whether every request is one for the whole artifact of the target, whose size then says something. */
export function isDownloadOfTarget({ target, black_box: { request_kinds } }: Report): boolean {
  return target !== null && request_kinds.every(({ request }) => request === 'download');
}

/** `buffered (32 at once, 10 connections to S3)`: what limits the strategy, where it is not the usual. */
function describeDelivery({
  delivery,
  download_concurrency,
  s3_max_sockets,
  workers,
}: Report['fingerprint']['subject']): string {
  const limits = [
    ...(delivery === 'buffered' && download_concurrency !== undefined
      ? [`${formatCount(download_concurrency)} at once`]
      : []),
    ...(delivery !== 'redirected' &&
    s3_max_sockets !== 'unavailable' &&
    s3_max_sockets !== Number(environment.S3_MAX_SOCKETS.default)
      ? [`${formatCount(s3_max_sockets)} ${s3_max_sockets === 1 ? 'connection' : 'connections'} to S3`]
      : []),
    ...(workers === undefined ? [] : [`${formatCount(workers)} workers`]),
  ];
  return limits.length === 0 ? delivery : `${delivery} (${limits.join(', ')})`;
}

/** `valid, host-bound`: the verdict's word with the labels. */
export function nameVerdict({ verdict, labels }: Report): string {
  return [verdict.value, ...labels.map(({ label }) => label)].join(', ');
}

/** How many succeeded, how fast, how long they took: a clause without a full stop. */
export function describeOutcome(report: Report): string {
  const { metrics, outcomes, failures } = report.black_box;
  const { latency, throughput } = metrics;
  const total = metrics.total_requests;
  if (total === 0) return 'no request was sent';
  const successes = outcomes.ok ?? 0;
  const duration = formatSeconds(metrics.duration_seconds);
  if (successes === 0)
    return `none of ${countRequests(total, report)} succeeded in ${duration}: ${describeFailures(failures)}`;
  const median = markAtLeast(formatMs(latency.median_ms), isAtLeast(latency, 'median'));
  const p99 = markAtLeast(formatMs(latency.p99_ms), isAtLeast(latency, 'p99'));
  return `${formatCount(successes)} of ${countRequests(total, report)} succeeded in ${duration}, at ${formatMiBPerSecond(throughput.bytes_per_second)}; median latency ${median}, p99 ${p99}`;
}

/** `97 timed out and 3 cut off before the last byte`. */
export function describeFailures(failures: Report['black_box']['failures']): string {
  return joinWords(failures.map((failure) => `${formatCount(failure.count)} ${nameFailure(failure)}`));
}

function countRequests(count: number, report: Report): string {
  const name = isDownloadOfTarget(report) ? 'download' : 'request';
  return `${formatCount(count)} ${name}${count === 1 ? '' : 's'}`;
}
