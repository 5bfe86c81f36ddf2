import type { Experiment } from '../../../contract/experiment.ts';
import { formatCount } from '../../report/format.ts';
import { escapeMarkdown, sentence, table } from '../../report/markdown/markdown.ts';
import {
  describeAnswer,
  describeBound,
  findPrimary,
  findRatio,
  formatBound,
  shortTitle,
} from '../describe-verdict.ts';
import { formatMetric } from '../format-metric.ts';
import { describeStage } from './describe-stage.ts';

/** A version of an experiment, with its folder from where the index lies. */
export interface IndexedExperiment {
  readonly experiment: Experiment;
  readonly folder: string;
}

/** What the table and the story of `reports/README.md` are, between the marks there. */
export function renderIndex(versions: readonly IndexedExperiment[], order: readonly string[]): string {
  if (versions.length === 0) return 'No experiment has been published yet.';
  return [
    '## Experiments',
    renderTable(versions),
    '## What was slow, and what it took',
    ...tellStory(versions, order),
  ].join('\n\n');
}

/** Newest first. */
function renderTable(versions: readonly IndexedExperiment[]): string {
  const rows = [...versions]
    .sort((one, other) => (one.experiment.completed_at < other.experiment.completed_at ? 1 : -1))
    .map(({ experiment, folder }) => {
      const { name, number, question, verdict, design, arms, completed_at, draft_reasons } = experiment;
      const draft = draft_reasons.length === 0 ? '' : ' (draft)';
      return [
        `[${name} ${number ?? ''}](${folder}/report.md)`.replace(' ]', ']'),
        escapeMarkdown(question),
        `${verdict.value.replace('_', ' ')}${draft}`,
        describeFigure(experiment),
        formatCount(design.pairs),
        `\`${arms.after.subject.git_commit.slice(0, 8)}\``,
        completed_at.slice(0, 10),
      ];
    });
  return table(
    ['experiment', 'question', 'verdict', 'ratio (interval)', 'pairs', 'commit', 'date'],
    rows,
    'lllrrll',
  );
}

function describeFigure(experiment: Experiment): string {
  const primary = findPrimary(experiment);
  const ratio = findRatio(experiment);
  if (!primary || !ratio) return '';
  const { estimate, low, high } = ratio;
  return `${shortTitle(primary)} ${describeBound(experiment)}× ${formatBound(estimate)} (${formatBound(low)} to ${formatBound(high)})`;
}

/** One version of each experiment, in the order of the story: seen, convicted, changed, given. */
function tellStory(versions: readonly IndexedExperiment[], order: readonly string[]): string[] {
  const named = Map.groupBy(versions, ({ experiment }) => experiment.name);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...named.values()]
    .flatMap((all) => all.toSorted(byStanding)[0] ?? [])
    .sort((one, other) => place(one.experiment.name) - place(other.experiment.name))
    .map(tellExperiment);
}

/** The last one first; drafts after all that are none. */
function byStanding({ experiment: one }: IndexedExperiment, { experiment: other }: IndexedExperiment): number {
  const isDraft = (experiment: Experiment) => Number(experiment.draft_reasons.length > 0);
  return isDraft(one) - isDraft(other) || (other.number ?? 0) - (one.number ?? 0);
}

function tellExperiment({ experiment, folder }: IndexedExperiment): string {
  const { question, definition, arms, cause } = experiment;
  const primary = findPrimary(experiment);
  const seen =
    primary === undefined
      ? []
      : [
          `**Seen:** ${shortTitle(primary)} of ${formatMetric(primary.before, primary.unit, primary.is_at_least.before)}, ${formatCount(arms.before.successes)} of ${formatCount(arms.before.requests)} requests right.`,
        ];
  const stage = describeStage(experiment);
  return [
    `### [${escapeMarkdown(question)}](${folder}/report.md)`,
    [
      ...seen,
      ...(definition === null ? [] : [`**Believed:** ${escapeMarkdown(definition.hypothesis)}`]),
      ...(cause === null
        ? []
        : [
            `**Cause:** suspected ${escapeMarkdown(cause.suspect_before)}; ${cause.conclusion}: ${escapeMarkdown(sentence(cause.reason))}`,
          ]),
      `**Given:** ${escapeMarkdown(describeAnswer(experiment))}`,
      ...(stage === null ? [] : [escapeMarkdown(stage)]),
    ].join(' '),
  ].join('\n\n');
}
