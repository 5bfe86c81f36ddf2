import type { Experiment } from '../../../contract/experiment.ts';
import { describeEmulation } from '../../report/caveats.ts';
import { escapeMarkdown, section } from '../../report/markdown/markdown.ts';
import { describeAnswer } from '../describe-verdict.ts';
import { describeStage } from './describe-stage.ts';
import { renderCause } from './render-cause.ts';
import { renderDefinition } from './render-definition.ts';
import { renderDoubts } from './render-doubts.ts';
import { renderMetrics } from './render-metrics.ts';
import { renderRounds } from './render-rounds.ts';

/** `report.md` of an experiment. Expects `pairs.svg`, `distributions.svg` and `time.svg` beside it. */
export function renderExperiment(experiment: Experiment): string {
  const sections = [
    `# ${escapeMarkdown(experiment.question)}`,
    `**${escapeMarkdown(describeAnswer(experiment))}**`,
    renderCaveats(experiment),
    renderMetrics(experiment),
    renderPictures(experiment),
    renderCause(experiment),
    renderDoubts(experiment),
    renderDefinition(experiment),
    renderRounds(experiment),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function renderCaveats(experiment: Experiment): string {
  const lines = [
    describeEmulation(experiment.environment),
    describeStage(experiment),
    experiment.draft_reasons.length === 0 ? null : `DRAFT: ${experiment.draft_reasons.join('; ')}.`,
  ].filter((line) => line !== null);
  return lines.map((line) => `> ${escapeMarkdown(line)}`).join('\n>\n');
}

function renderPictures({ cause }: Experiment): string {
  return section(
    'Every round',
    '![Every round as a point, before and after joined by pair](pairs.svg)',
    '![Which share of the requests was done by when, before and after](distributions.svg)',
    cause === null ? '' : "![Where the mean request's time went, before beside after](time.svg)",
  );
}
