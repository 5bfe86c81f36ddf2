import { setImmediate as nextTurn } from 'node:timers/promises';
import { table } from '../../../bench/report/markdown/markdown.ts';
import { createFixedDesign, stagedDesign } from '../../../bench/statistics/design.ts';
import type { Judgement, ValidationResult } from '../validation.ts';
import { type NoiseModel, noiseModels } from './noise-models.ts';
import {
  decideBy,
  decideByBootstrap,
  decideByGate,
  decideByPeeking,
  fixedPairs,
  type Procedure,
} from './procedures.ts';
import { type Cell, simulate, type Tally } from './simulate.ts';

const noises = [0.03, 0.08, 0.15];
/** At this noise an effect of this size has to be found. */
const power = { sd: 0.08, effect: Math.log(1.2), margin: 0.05 };
/** Where that is a limit, and not only printed. */
const held = ['normal', 't3', 'AR .3', 'AR .7', '30 % drift'];

/** Shares; how far beyond them a share of a finite number of experiments may lie. */
const limits = { false: 0.055, coverage: [0.945, 0.975], foundFixed: 0.92, foundStaged: 0.99 } as const;

/**
 * The statistics of experiments on synthetic ones with a known truth, and mutants of them that the same limits have to
 * reject. `slack` widens the limits where there are too few experiments for them.
 */
export async function checkStatistics(
  experiments: number,
  { noises: chosen = noises, slack = 0 }: { noises?: readonly number[]; slack?: number } = {},
  say: (text: string) => void = () => {},
): Promise<ValidationResult> {
  const cells = chosen.flatMap((sd) => noiseModels.map((model) => ({ model, sd })));
  const rows: string[][] = [];
  const judgements: Judgement[] = [];
  for (const [index, { model, sd }] of cells.entries()) {
    // A signal is heard between turns alone.
    await nextTurn();
    const figures = measureCell(model, sd, experiments, 10 * index);
    rows.push(describeCell(model, sd, figures));
    judgements.push(...judgeCell(model, sd, figures, slack));
    say(`${model.name}, ${percent(sd)} noise: done`);
  }
  const failures = judgements.filter(({ holds }) => !holds);
  return {
    table: table(header, rows, 'lrrrrrrrrr'),
    judgements: [
      {
        text: `${judgements.length} limits over ${cells.length} cells of ${experiments.toLocaleString('en')} experiments each`,
        holds: failures.length === 0,
      },
      ...failures,
      ...judgeMutants(experiments, slack),
    ],
  };
}

interface CellFigures {
  readonly fixed: Tally;
  readonly staged: Tally;
  readonly found: { readonly fixed: Tally; readonly staged: Tally } | null;
}

/** Without a margin, so that nothing but the interval keeps from false verdicts; with one for what is to be found. */
function measureCell(model: NoiseModel, sd: number, experiments: number, seed: number): CellFigures {
  const fixed = createFixedDesign(fixedPairs);
  const nothing: Cell = { model, sd, effect: 0, isRandomised: true };
  const effect: Cell = { ...nothing, effect: power.effect };
  return {
    fixed: simulate(nothing, decideBy(fixed, 0), experiments, seed + 1),
    staged: simulate(nothing, decideBy(stagedDesign, 0), experiments, seed + 2),
    found:
      sd === power.sd
        ? {
            fixed: simulate(effect, decideBy(fixed, power.margin), experiments, seed + 3),
            staged: simulate(effect, decideBy(stagedDesign, power.margin), experiments, seed + 4),
          }
        : null,
  };
}

const header = [
  'Noise',
  'per round',
  'false, 8 pairs',
  'false, staged',
  'covered, 8 pairs',
  'covered, staged',
  '+20 % found, 8 pairs',
  'staged',
  'pairs then',
];

function describeCell(model: NoiseModel, sd: number, { fixed, staged, found }: CellFigures): string[] {
  return [
    model.name,
    percent(sd),
    percent(fixed.different),
    percent(staged.different),
    percent(fixed.covered),
    percent(staged.covered),
    found ? percent(found.fixed.different) : '',
    found ? percent(found.staged.different) : '',
    found ? found.staged.meanPairs.toFixed(1) : '',
  ];
}

function judgeCell(model: NoiseModel, sd: number, figures: CellFigures, slack: number): Judgement[] {
  const { fixed, staged, found } = figures;
  const [least, most] = limits.coverage;
  const place = `${model.name}, ${percent(sd)} noise`;
  const judge = (text: string, share: number, holds: boolean) => ({
    text: `${place}: ${text} ${percent(share)}`,
    holds,
  });
  const atMost = (share: number, limit: number) => share <= limit + slack;
  const atLeast = (share: number, limit: number) => share >= limit - slack;
  return [
    judge('false verdicts at 8 pairs', fixed.different, atMost(fixed.different, limits.false)),
    judge('false verdicts, staged', staged.different, atMost(staged.different, limits.false)),
    judge('coverage at 8 pairs', fixed.covered, atLeast(fixed.covered, least) && atMost(fixed.covered, most)),
    judge('coverage, staged', staged.covered, atLeast(staged.covered, least)),
    ...(found === null || !held.includes(model.name)
      ? []
      : [
          judge(
            '+20 % found by 8 pairs',
            found.fixed.different,
            atLeast(found.fixed.different, limits.foundFixed),
          ),
          judge(
            '+20 % found, staged',
            found.staged.different,
            atLeast(found.staged.different, limits.foundStaged),
          ),
        ]),
  ];
}

/** Each breaks one rule, and has to cross the limit that the rule keeps. */
function judgeMutants(experiments: number, slack: number): Judgement[] {
  const find = (name: string) => noiseModels.find((model) => model.name === name) ?? noiseModels[0];
  const nothing = { model: find('normal'), sd: power.sd, effect: 0, isRandomised: true };
  const fixedOrder = { ...nothing, model: find('5 % position'), sd: 0.03, isRandomised: false };
  const asUsual = decideBy(createFixedDesign(fixedPairs), 0);
  // Resampling takes far longer than all else, and its fault is plain to see.
  const few = Math.min(experiments, 4_000);
  const wrong = (name: string, cell: Cell, decide: Procedure, count: number): Judgement => {
    const { different } = simulate(cell, decide, count, 5);
    return {
      text: `mutant rejected: ${name}, ${percent(different)} false verdicts`,
      holds: different > limits.false + slack,
    };
  };
  const gated = simulate(
    { ...nothing, effect: power.effect },
    decideByGate(power.margin, power.sd),
    experiments,
    5,
  ).different;
  return [
    wrong('percentile bootstrap', nothing, decideByBootstrap(), few),
    wrong('a look after every pair', nothing, decideByPeeking(), experiments),
    wrong('before always first', fixedOrder, asUsual, experiments),
    {
      text: `mutant rejected: a gate at the greatest of eight A/A pairs, ${percent(gated)} of +20 % found`,
      holds: gated < limits.foundFixed - slack,
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
