import type { Check, Report } from '../../../contract/report.ts';
import { describeThresholdValue, nameThreshold } from '../describe-threshold.ts';
import { formatBytes, formatCount } from '../format.ts';
import { isDownloadOfTarget } from '../headline.ts';
import { escapeMarkdown, section, table } from './markdown.ts';

/** What was verified, on how many, and an example where it failed; then the thresholds. */
export function renderChecks(report: Report): string {
  return section('Checks', renderVerified(report), renderThresholds(report));
}

function renderVerified(report: Report): string {
  const rows = report.checks.map((check) => [
    describeCheck(check, report),
    formatCount(check.passed),
    formatCount(check.total),
    check.example === null ? '' : escapeMarkdown(check.example),
  ]);
  return table(['Check', 'right', 'of', 'what was not'], rows, 'lrrl');
}

function describeCheck({ name }: Check, report: Report): string {
  const { target, black_box, fingerprint } = report;
  if (name === 'length') {
    return target !== null && isDownloadOfTarget(report)
      ? `length: the body has ${formatBytes(target.size_bytes)}`
      : 'length: the body has as many bytes as were asked for';
  }
  if (name === 'identities') return 'identities: figures that were counted apart agree';
  if (name === 'digest') return 'digest: a hashed body has the SHA-256 of the model';
  if (name === 'delivery') return `delivery: the service names ${escapeMarkdown(fingerprint.subject.delivery)}`;
  if (name === 'store') return 'store: service and store count the same GETs and bytes';
  if (name === 'residence')
    return 'residence: no request was longer in the service than its client waited, and its phases add up';
  if (name !== 'counters') return escapeMarkdown(name);
  if (black_box.redirect) return 'counters: client and service count the same answers';
  return black_box.failures.length === 0
    ? 'counters: client and service count the same bodies and bytes'
    : 'counters: the service counts no fewer bodies and bytes than the client';
}

function renderThresholds({ thresholds }: Report): string {
  if (thresholds.length === 0) return '';
  const rows = thresholds.map((threshold) => [
    `\`${nameThreshold(threshold)}\``,
    describeThresholdValue(threshold),
    threshold.passed ? 'passed' : '**crossed**',
  ]);
  return table(['Threshold', 'value', 'result'], rows, 'lrl');
}
