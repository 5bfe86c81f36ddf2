import { styleText } from 'node:util';
import type { Experiment, ExperimentMetric } from '../../contract/experiment.ts';
import { describeEmulation } from '../report/caveats.ts';
import { noSample } from '../report/format.ts';
import { figures, layOutGroups, prose, type Row } from '../report/terminal-layout.ts';
import { describeRatio } from './describe-ratio.ts';
import { describeAnswer, shortTitle } from './describe-verdict.ts';
import { formatMetric } from './format-metric.ts';
import { describeStage } from './markdown/describe-stage.ts';

/** The end of an experiment, without the line that says where its report lies. */
export function renderExperimentSummary(experiment: Experiment, { color }: { color: boolean }): string {
  const { name, verdict, metrics, cause, draft_reasons, environment } = experiment;
  const stage = describeStage(experiment);
  const emulated = describeEmulation(environment) === null ? '' : ' (EMULATED)';
  const shown = metrics.filter(({ role }) => role !== 'secondary');
  const text = [
    `modelrig  experiment ${name}${emulated}`,
    '',
    layOutGroups([
      [
        prose('VERDICT', describeAnswer(experiment)),
        ...(draft_reasons.length === 0 ? [] : [prose('DRAFT', draft_reasons.join('; '))]),
      ],
      [
        ...shown.map(describeRow),
        ...(cause === null ? [] : [prose('cause', `${cause.conclusion}: ${cause.reason}`)]),
        ...(stage === null ? [] : [prose('stage', stage)]),
      ],
    ]),
  ].join('\n');
  if (!color) return text;
  const stain = stains[verdict.value];
  const label = `  VERDICT     ${verdict.value}`;
  return text.replace(label, `  VERDICT     ${styleText(stain, verdict.value, { validateStream: false })}`);
}

const stains = {
  BETTER: 'green',
  SAME: 'green',
  WORSE: 'red',
  INVALID: 'red',
  INCONCLUSIVE: 'yellow',
  NO_VERDICT: 'yellow',
} as const;

function describeRow(metric: ExperimentMetric): Row {
  const { role, before, after, unit, is_at_least, verdict, scenario } = metric;
  const { estimate } = describeRatio(metric);
  const other = scenario === null ? '' : ` (${scenario})`;
  return figures(role, [
    `${shortTitle(metric)}${other}`,
    `${formatMetric(before, unit, is_at_least.before)} → ${formatMetric(after, unit, is_at_least.after)}`,
    ...(estimate === noSample ? [] : [`× ${estimate}`]),
    ...(verdict === null ? [] : [verdict]),
  ]);
}
