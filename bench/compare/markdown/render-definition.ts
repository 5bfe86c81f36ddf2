import type { Experiment } from '../../../contract/experiment.ts';
import { formatPercent } from '../../report/format.ts';
import { escapeMarkdown, list, section } from '../../report/markdown/markdown.ts';
import { formatBound } from '../describe-verdict.ts';

/** What was written down before the first round, and what is not as in the last version. */
export function renderDefinition(experiment: Experiment): string {
  const { definition, changes, number } = experiment;
  const since = changes.length === 0 ? [] : [`Since the last version: ${escapeMarkdown(changes.join('; '))}.`];
  if (definition === null) {
    return section(
      'Written before',
      'Nothing: somebody triggered runs and called them before and after. There is no hypothesis that they could have refuted.',
      ...since,
    );
  }
  const { direction, ratio, because } = definition.predicted;
  const bound = ratio === null ? '' : `, by ${ratio >= 1 ? 'at least' : 'at most'} ${formatBound(ratio)} times`;
  return section(
    'Written before the first round',
    list([
      `Hypothesis: ${escapeMarkdown(definition.hypothesis)}`,
      `Predicted: ${direction}${bound}, because ${escapeMarkdown(because)}`,
      `The smallest difference that matters: ${formatPercent(100 * definition.margin)}`,
      `\`${definition.source}\`, SHA-256 \`${definition.source_sha256.slice(0, 12)}\`, commit \`${experiment.arms.before.subject.git_commit.slice(0, 12)}\``,
    ]),
    ...(number !== null && number > 1 && since.length === 0 ? ['Since the last version: nothing.'] : since),
  );
}
