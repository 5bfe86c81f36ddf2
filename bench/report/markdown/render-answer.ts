import type { Report } from '../../../contract/report.ts';
import { describeBareTarget, describeDraft, describeEmulation } from '../caveats.ts';
import { describeCut } from '../describe-load.ts';
import { describeThresholdValue, nameThreshold } from '../describe-threshold.ts';
import { describeOutcome, describeRun, nameVerdict } from '../headline.ts';
import { escapeMarkdown, list, sentence } from './markdown.ts';

/** Title, the verdict in one sentence, and what keeps the reader from taking it for more than it is. */
export function renderAnswer(report: Report): string {
  const { verdict, labels, thresholds, fingerprint, workload } = report;
  const { environment } = fingerprint;
  const caveats = [
    describeEmulation(environment, report.white_box?.stores),
    describeBareTarget(environment),
    describeDraft(report),
  ].filter((caveat) => caveat !== null);
  const reasons = [...verdict.reasons, ...labels.map(({ label, reason }) => `${label}: ${reason}`)];
  const cut = describeCut(report);
  const crossed = thresholds
    .filter(({ passed }) => !passed)
    .map((threshold) => `\`${nameThreshold(threshold)}\` (${describeThresholdValue(threshold)})`);
  return [
    `# ${[...describeRun(report), describeDate(report.started_at), nameEnd(report)].map(escapeMarkdown).join(' · ')}`,
    `**${escapeMarkdown(sentence(`${nameVerdict(report)}${warnings[verdict.value]}: ${describeOutcome(report)}`))}**`,
    ...(crossed.length === 0 ? [] : [`**Thresholds crossed:** ${crossed.join(', ')}.`]),
    ...(reasons.length === 0 ? [] : [list(reasons.map((reason) => escapeMarkdown(sentence(reason))))]),
    ...(caveats.length === 0 ? [] : [caveats.map((caveat) => `> ${escapeMarkdown(caveat)}`).join('\n>\n')]),
    ...(report.stopped_because === null ? [] : [`Stopped early: ${escapeMarkdown(report.stopped_because)}`]),
    ...(cut === null ? [] : [`Cut short ${cut}.`]),
    ...(workload.note === undefined ? [] : [`Note: ${escapeMarkdown(workload.note)}`]),
  ].join('\n\n');
}

/** A threshold ends a load before its time, too, and is a result. */
function nameEnd({ interrupted, stopped_because }: Report): string {
  if (interrupted) return 'interrupted';
  return stopped_because === null ? 'completed' : 'stopped early';
}

const warnings = { valid: '', incomplete: ', something is missing', invalid: ', not to be relied on' } as const;

/** To the minute: `2026-03-14 09:26 UTC`. */
function describeDate(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
