import type { Experiment } from '../../../contract/experiment.ts';
import { formatCount, formatFigure, formatPercent } from '../../report/format.ts';
import { escapeMarkdown, list, section } from '../../report/markdown/markdown.ts';
import { shortTitle } from '../describe-verdict.ts';

/** What got worse or stayed unproven, how much the rounds scatter, and how far the figures carry. */
export function renderDoubts(experiment: Experiment): string {
  return section(
    'What got worse, and what stays open',
    list([
      ...describeGuards(experiment),
      describeNoise(experiment),
      ...describeLabels(experiment),
      ...(experiment.origin.kind === 'lab'
        ? ['A fresh service for each round: what is estimated is a cold start, not a warmed-up service.']
        : [
            'The service went on between the runs: what an earlier run left behind may have helped a later one.',
          ]),
      'The unit is the run. Requests of one run are not independent, so their number makes nothing surer.',
    ]),
  );
}

function describeGuards(experiment: Experiment): string[] {
  const guards = experiment.metrics.filter(({ role }) => role === 'guard');
  if (guards.length === 0) return ['No guards were set: what else changed was not judged.'];
  const name = (word: string | null) =>
    guards
      .filter(({ verdict }) => verdict === word)
      .map((guard) => `${shortTitle(guard)}${guard.scenario === null ? '' : ` (${guard.scenario})`}`);
  const [regressed, unproven, unjudged] = [name('REGRESSED'), name('UNPROVEN'), name(null)];
  if (unjudged.length === guards.length) return [`No guard was judged: ${describeSilence(experiment)}.`];
  const others = regressed.length === 0 ? 'Every guard' : 'Every other guard';
  return [
    regressed.length === 0 ? 'No guard got worse for sure.' : `**Got worse: ${regressed.join(', ')}.**`,
    ...(unproven.length === 0
      ? []
      : [`Unproven: ${unproven.join(', ')}. That nothing was found does not say that nothing is there.`]),
    ...(unjudged.length === 0 ? [] : [`Not judged: ${unjudged.join(', ')}.`]),
    ...(name('OK').length === guards.length - regressed.length && name('OK').length > 0
      ? [`${others} is proven to be no worse than its margin.`]
      : []),
  ];
}

/** Why a word on guards would say more than the rounds do. */
function describeSilence({ verdict, design }: Experiment): string {
  if (verdict.value === 'INVALID') return 'an instrument failed, or the rounds are not of one kind';
  return design.pairs < Math.min(...design.looks) ? 'too few pairs' : 'the rounds allow no verdict';
}

function describeNoise({ noise, design }: Experiment): string {
  if (noise === null)
    return 'How much the rounds scatter cannot be told: too few pairs, arms without a figure, or no scatter at all.';
  const { sd_per_round, lag_1, smallest_detectable, pairs_for_margin } = noise;
  const lag = lag_1 === null ? 'not assessable' : formatFigure(lag_1);
  const pairs = pairs_for_margin >= 10_000 ? '10,000 or more' : formatCount(pairs_for_margin);
  return `Noise: the primary metric scatters by ${formatPercent(100 * sd_per_round)} from round to round (lag-1 correlation ${lag}). ${formatCount(design.pairs)} pairs see a difference of ${formatPercent(100 * smallest_detectable)} with a chance of 80 %; to see the margin of ${formatPercent(100 * design.margin)} takes ${pairs} pairs.`;
}

/** In how many rounds of which arm each label was. */
function describeLabels({ rounds, verdict }: Experiment): string[] {
  const labels = [...new Set(rounds.flatMap((round) => round.labels.map(({ label }) => label)))].sort();
  const count = (label: string, phase: string) =>
    rounds.filter((round) => round.phase === phase && round.labels.some((one) => one.label === label)).length;
  const meanings: Readonly<Record<string, string>> = {
    'host-bound': 'the verdict is one on client and service together on this host',
    'client-bound': verdict.is_at_least
      ? 'the better side was limited by its load generator, so the difference is at least this'
      : 'figures of those rounds may be those of the load generator',
    disturbed: 'other programs used the machine meanwhile',
  };
  return labels.map(
    (label) =>
      `**${escapeMarkdown(label)}** in ${count(label, 'before')} of the rounds before and ${count(label, 'after')} of those after: ${meanings[label] ?? 'see the rounds'}.`,
  );
}
