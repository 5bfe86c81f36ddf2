import type { Cause, Experiment } from '../../../contract/experiment.ts';
import { formatMs, formatPercent } from '../../report/format.ts';
import { escapeMarkdown, section, sentence, table } from '../../report/markdown/markdown.ts';
import { findPrimary, formatBound } from '../describe-verdict.ts';

/** What was suspected before, what shrank, what did not; and what the stage's parameters alone imply. */
export function renderCause(experiment: Experiment): string {
  const { cause } = experiment;
  return section(
    'Cause',
    ...(cause === null
      ? ['The runs do not tell where the time went.']
      : [
          `Suspected before: ${escapeMarkdown(cause.suspect_before)}; after: ${escapeMarkdown(cause.suspect_after)}. **${sentence(cause.conclusion)}** ${escapeMarkdown(sentence(cause.reason))}`,
          renderPhases(cause),
        ]),
    renderArithmetic(experiment),
  );
}

function renderPhases({ phases, total }: Cause): string {
  const row = (name: string, before: number, after: number) => [
    name,
    formatMs(before),
    formatMs(after),
    `${after < before ? '−' : '+'}${formatMs(Math.abs(after - before))}`,
    total.before_ms > 0 ? formatPercent((100 * before) / total.before_ms) : '',
  ];
  return table(
    ['Of the mean request', 'before', 'after', 'change', 'share before'],
    [
      ...phases.map(({ phase, before_ms, after_ms }) => row(escapeMarkdown(phase), before_ms, after_ms)),
      row('**in all**', total.before_ms, total.after_ms),
    ],
    'lrrrr',
  );
}

/** How far the measured ratio may be from the computed one. */
const agreement = 0.15;

function renderArithmetic(experiment: Experiment): string {
  const { arithmetic } = experiment;
  const estimate = findPrimary(experiment)?.ratio?.estimate;
  if (arithmetic === null || estimate === undefined) return '';
  const off = estimate === 'infinite' ? Number.POSITIVE_INFINITY : estimate / arithmetic.ratio - 1;
  const agrees = Math.abs(off) <= agreement;
  return `By arithmetic: ${escapeMarkdown(arithmetic.because)}, so ${formatBound(arithmetic.ratio)} times; measured ${formatBound(estimate)}, ${agrees ? 'which agrees within' : 'which is off by more than'} ${formatPercent(100 * agreement)}. Agreement validates the mechanism; the size follows from the stage and is no finding.`;
}
