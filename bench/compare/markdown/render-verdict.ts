import type { Experiment } from '../../../contract/experiment.ts';
import { formatCountOf, noSample } from '../../report/format.ts';
import { escapeMarkdown, list, table } from '../../report/markdown/markdown.ts';
import { describeRatio } from '../describe-ratio.ts';
import { describeAnswer, shortTitle } from '../describe-verdict.ts';
import { formatMetric } from '../format-metric.ts';

/** For a pull request: the answer, the figures that decide or guard, and what keeps them from being taken for more. */
export function renderVerdictMarkdown(experiment: Experiment): string {
  const { metrics, draft_reasons, design } = experiment;
  const rows = metrics
    .filter(({ role }) => role !== 'secondary')
    .map(({ role, before, after, unit, is_at_least, ratio, verdict, ...metric }) => {
      const { estimate, interval } = describeRatio({ ratio, is_at_least });
      return [
        `${role === 'primary' ? '**' : ''}${escapeMarkdown(shortTitle(metric))}${role === 'primary' ? '**' : ''}`,
        formatMetric(before, unit, is_at_least.before),
        formatMetric(after, unit, is_at_least.after),
        estimate === noSample ? '' : `${estimate} (${interval})`,
        verdict ?? '',
      ];
    });
  return `${[
    `### ${escapeMarkdown(experiment.question)}`,
    `**${escapeMarkdown(describeAnswer(experiment))}**`,
    table(['', 'before', 'after', 'ratio (interval)', 'verdict'], rows, 'lrrrl'),
    list([
      `${formatCountOf(design.pairs, 'pair')} of rounds in drawn order (seed ${design.seed ?? '–'}), a fresh service each; margin ${Math.round(100 * design.margin)} %`,
      ...draft_reasons.map((reason) => escapeMarkdown(reason)),
    ]),
  ].join('\n\n')}\n`;
}
