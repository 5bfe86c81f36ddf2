import type { Attribution, UseRow } from '../../../contract/attribution.ts';
import type { Report, WhiteBox } from '../../../contract/report.ts';
import type { Label } from '../../../contract/run.ts';
import type { InstanceTelemetry } from '../../../contract/telemetry.ts';
import {
  chooseTimeUnit,
  formatBytes,
  formatCount,
  formatFigure,
  formatMs,
  formatMsIn,
  formatPercent,
  joinWords,
  noSample,
  toGigabytes,
  toMiBFigure,
  toPercentFigure,
  toWholeMiB,
} from '../format.ts';
import { partNames } from '../name-part.ts';
import { resourceNames } from '../name-resource.ts';
import { escapeMarkdown, section, sentence, table } from './markdown.ts';

/** Where the requests' time went, what that makes suspect, and how each resource was used. */
export function renderTime(report: Report): string {
  const { white_box } = report;
  if (white_box === null) {
    return section(
      'Where the time went',
      describeClientSide(report),
      'The service sent no telemetry of this run, so its side is unknown.',
    );
  }
  const { attribution, instances } = white_box;
  return section(
    'Where the time went',
    describeClientSide(report),
    ...(attribution === null
      ? [`${describeAbsence(report)}: this report names no suspect.`]
      : [
          '![Where the time of the mean request went, of the slowest twentieth, and of one alone](phases.svg)',
          renderParts(attribution),
          describeSuspects(attribution, report.labels),
          renderUse(attribution.use),
        ]),
    renderInstances(instances),
    describeCpu(instances),
    describeStores(white_box),
    describeOtherRequests(white_box),
  );
}

function describeAbsence({ black_box: { outcomes } }: Report): string {
  return outcomes.ok || outcomes.timeout
    ? 'The service timed no phases of these requests'
    : 'No request succeeded or timed out, so there is no time to divide';
}

function renderParts({ parts, mean_ms, slowest_mean_ms, alone_mean_ms, joined, of }: Attribution): string {
  const unit = chooseTimeUnit(Math.max(mean_ms, slowest_mean_ms));
  const cell = (ms: number | null, wholeMs: number | null) =>
    isBelowClock(ms, wholeMs) ? belowClock : ms === 0 ? '0' : formatMsIn(ms, unit);
  const isEmpty = ({ part, mean_ms: mean, slowest_ms, alone_ms }: Attribution['parts'][number]) =>
    part !== 'unexplained' && mean === 0 && slowest_ms === 0 && (alone_ms ?? 0) === 0;
  const rows = parts
    .filter((one) => !isEmpty(one))
    .map(({ part, mean_ms: mean, slowest_ms, alone_ms }) => [
      partNames[part],
      cell(mean, mean_ms),
      describeShare(mean, mean_ms),
      cell(slowest_ms, slowest_mean_ms),
      cell(alone_ms, alone_mean_ms),
    ]);
  const header = [
    'Part',
    `mean (${unit.name})`,
    'share (%)',
    `slowest 5 % (${unit.name})`,
    `one alone (${unit.name})`,
  ];
  const wholes = [mean_ms, slowest_mean_ms, alone_mean_ms].map((ms) => formatMsIn(ms, unit));
  const total = ['**whole**', wholes[0] ?? '', '100', ...wholes.slice(1)];
  const notes = [
    `Client and service were joined on ${formatCount(joined)} of ${formatCount(of)} requests.`,
    'No two clocks are compared: "before" and "after" are what the client waited beyond what the service took.',
    ...(alone_mean_ms === null
      ? []
      : [
          '"One alone" is the mean of up to three requests that were sent one at a time when the load was over.',
        ]),
    ...describeParts(
      parts.filter(isEmpty).map(({ part }) => partNames[part]),
      rows.some((row) => row.includes(belowClock)),
    ),
  ];
  return `${table(header, [...rows, total], 'lrrrr')}\n\n${notes.join(' ')}`;
}

const belowClock = '≈ 0';
/** Readings of two clocks leave so little below zero. */
const clockMs = 1;
const clockShare = 0.01;

function isBelowClock(ms: number | null, wholeMs: number | null): boolean {
  return ms !== null && ms < 0 && ms >= -Math.max(clockMs, clockShare * (wholeMs ?? 0));
}

function describeShare(ms: number, wholeMs: number): string {
  if (isBelowClock(ms, wholeMs)) return belowClock;
  return wholeMs > 0 ? toPercentFigure((100 * ms) / wholeMs) : noSample;
}

/** What is not in the table, and what is not as it was computed. */
function describeParts(leftOut: readonly string[], isRounded: boolean): string[] {
  return [
    ...(isRounded ? [`${belowClock} came out below zero by less than the clocks tell apart.`] : []),
    ...(leftOut.length === 0 ? [] : [`No request spent any time in what is left out: ${joinWords(leftOut)}.`]),
  ];
}

function describeSuspects(
  { verdict, suspects, reason, unexplained_median_share }: Attribution,
  labels: readonly Label[],
): string {
  const unexplained = `Unexplained at the median: ${formatPercent(100 * unexplained_median_share)} of a request.`;
  if (verdict !== 'suspect') {
    return `**Suspect: ${verdict}.** ${sentence(reason)} ${unexplained}`;
  }
  const accused = suspects.map(
    ({ resource, statement, knob }) =>
      `**Suspect: ${resourceNames[resource]}.** ${sentence(statement)} Would move: ${escapeMarkdown(knob)}.`,
  );
  const isBusyHost = labels.some(({ label }) => label === 'host-bound');
  const isOfCores = suspects.some(({ resource }) => resource === 'cpu' || resource === 'load_generator');
  return [
    ...accused,
    ...(isBusyHost && !isOfCores
      ? [
          "The host was short of cores meanwhile (host-bound): every wait may contain some for a core (the service's own is in the row CPU), and cores may be the next limit once this suspect is out of the way.",
        ]
      : []),
    'Only an experiment that moves it confirms a suspect.',
    unexplained,
  ].join(' ');
}

/** As the rest of the report calls them. */
const poolNames: Readonly<Record<string, string>> = { admission: resourceNames.admission };

function renderUse(use: readonly UseRow[]): string {
  const figure = (value: number | null, meaning: string) =>
    value === null ? meaning : `${formatFigure(value)} ${meaning}`;
  const rows = use.map(({ resource, utilization, utilization_of, saturation, saturation_of, errors }) => [
    poolNames[resource] ?? resource,
    figure(utilization, utilization_of),
    saturation === null ? noSample : figure(saturation, saturation_of),
    errors === null ? noSample : formatCount(errors),
  ]);
  return table(['Resource', 'utilisation', 'saturation', 'errors'], rows, 'lllr');
}

function describeStores({ stores }: WhiteBox): string {
  const s3 = stores?.s3 ?? null;
  if (s3 === null || s3.answers === 0) return '';
  const { answers, bytes, first_byte_ms, body_ms, reader_wait_ms } = s3;
  const who = s3.source === 'proxy' ? 'The shaping proxy before S3' : 'The embedded S3';
  return `${who} counted ${formatCount(answers)} GETs and ${formatBytes(bytes)} itself: ${formatMs(first_byte_ms / answers)} to the first byte and ${formatMs(body_ms / answers)} for the body on average, of which it waited for its reader in ${formatPercent((100 * reader_wait_ms) / Math.max(body_ms, 1e-9))}.`;
}

function describeOtherRequests({ other_requests, other_downloads }: WhiteBox): string {
  if (other_requests === null || other_downloads === null) return '';
  if (other_requests === 0) return 'No request of others reached the service during the run.';
  return `During the run the service answered ${formatCount(other_requests)} requests that were not the run's (such as looks at its progress), ${formatCount(other_downloads)} of them for artifacts.`;
}

/** Means may be subtracted only when they are over the same requests. */
function describeClientSide({ black_box: { metrics, connect } }: Report): string {
  const { latency, first_byte } = metrics;
  if (latency.count === 0 || latency.count !== first_byte.count || latency.count !== connect.count) return '';
  const total = latency.mean_ms ?? 0;
  const connecting = connect.mean_ms ?? 0;
  const waiting = (first_byte.mean_ms ?? 0) - connecting;
  const receiving = total - connecting - waiting;
  if (total <= 0) return '';
  const part = (ms: number) => `${formatMs(ms)} (${formatPercent((100 * ms) / total)})`;
  return `As the clients saw it, the mean download of ${formatMs(total)} spent ${part(connecting)} connecting, ${part(waiting)} waiting for the first byte and ${part(receiving)} receiving the body.`;
}

function renderInstances(instances: readonly InstanceTelemetry[]): string {
  const rows = instances.map((instance) => [
    escapeMarkdown(instance.instance_id.slice(0, 8)),
    formatCount(instance.requests_completed),
    formatCount(instance.requests_aborted),
    toMiBFigure(instance.body_bytes),
    formatFigure(instance.cpu_seconds),
    instance.body_bytes === 0
      ? noSample
      : formatFigure(instance.cpu_seconds / toGigabytes(instance.body_bytes)),
    toWholeMiB(instance.peak_rss_bytes),
    toPercentFigure(100 * instance.event_loop_utilization),
    formatFigure(instance.event_loop_delay_max_ms),
  ]);
  const header = [
    'Instance',
    'completed',
    'broken off',
    'sent (MiB)',
    'CPU (s)',
    'CPU-s/GB',
    'memory (MiB)',
    'loop busy (%)',
    'loop delay (ms)',
  ];
  return table(header, rows, 'lrrrrrrrr');
}

function describeCpu(instances: readonly InstanceTelemetry[]): string {
  const cores = instances.reduce(
    (sum, { cpu_seconds, active_seconds }) => sum + (active_seconds > 0 ? cpu_seconds / active_seconds : 0),
    0,
  );
  return `While requests were under way, the service used ${formatFigure(cores)} cores. Memory and the event loop's delay are the highest that were seen.`;
}
