import { formatBound } from '../../../bench/compare/describe-verdict.ts';
import { formatCount, formatPercent } from '../../../bench/report/format.ts';
import { table } from '../../../bench/report/markdown/markdown.ts';
import type { Ladder, LadderResult } from './ladder-document.ts';

/** `report.md` of the ladder: a pure function of its document. */
export function renderLadder(ladder: Ladder): string {
  const [first] = ladder.results;
  const aa = ladder.results.filter(({ rung }) => isControl(ladder, rung));
  const wrong = aa.filter(isDifferent).length;
  return `${[
    '# Do the verdicts hold on real rounds?',
    `**${formatCount(wrong)} of ${formatCount(aa.length)} experiments without a difference were called BETTER or WORSE.** ${describeNoise(ladder.results)}`,
    `> EMULATED and SHAPED: a proxy paces an artifact of 1 MB to 2 s a round${ladder.results.some(({ is_draft }) => is_draft) ? '; DRAFT: not all rounds may be published' : ''}. The scatter is that of a paced stage; unpaced bursts scatter far more.`,
    table(
      ['Slower by', 'experiments', 'WORSE', 'BETTER', 'SAME', 'inconclusive or invalid', 'ratio, median'],
      ladder.rungs.map((rung) => describeRung(ladder, rung)),
      'rrrrrrr',
    ),
    `Each experiment has ${ladder.pairs} pairs and a margin of ${formatPercent(100 * ladder.margin)}. To do it again, or go on with it: \`npm run validate -- rounds\`.`,
    table(
      ['rung', 'n', 'seed', 'verdict', 'ratio', 'interval', 'sd a round'],
      ladder.results.map(describeResult),
      'lrrlrrr',
    ),
    first === undefined
      ? ''
      : `${first.environment.cpu_model}, ${first.environment.cpu_cores} cores, ${first.environment.kernel}, Node ${first.environment.node}; commit \`${first.commit.slice(0, 12)}\`.`,
  ].join('\n\n')}\n`;
}

export function isDifferent({ verdict }: LadderResult): boolean {
  return verdict === 'BETTER' || verdict === 'WORSE';
}

function isControl(ladder: Ladder, name: string): boolean {
  return ladder.rungs.some((rung) => rung.name === name && rung.slowdown === 0);
}

function describeRung({ results }: Ladder, { name, slowdown }: Ladder['rungs'][number]): string[] {
  const own = results.filter(({ rung }) => rung === name);
  const count = (...verdicts: string[]) =>
    String(own.filter(({ verdict }) => verdicts.includes(verdict)).length);
  const ratios = own.map(({ ratio }) => Number(ratio.estimate)).sort((one, other) => one - other);
  const median = ratios[Math.floor(ratios.length / 2)];
  return [
    formatPercent(100 * slowdown),
    String(own.length),
    count('WORSE'),
    count('BETTER'),
    count('SAME'),
    count('INCONCLUSIVE', 'INVALID', 'NO_VERDICT'),
    median === undefined ? '' : formatBound(median),
  ];
}

function describeNoise(results: readonly LadderResult[]): string {
  const sds = results.flatMap(({ noise }) => noise?.sd_per_round ?? []).sort((one, other) => one - other);
  const lags = results.flatMap(({ noise }) => noise?.lag_1 ?? []).sort((one, other) => one - other);
  const seen = results
    .flatMap(({ noise }) => noise?.smallest_detectable ?? [])
    .sort((one, other) => one - other);
  const middle = (values: readonly number[]) => values[Math.floor(values.length / 2)] ?? 0;
  return `Noise: ${formatPercent(100 * middle(sds))} from round to round (median over the experiments), lag-1 correlation ${middle(lags).toFixed(2)}, smallest detectable effect ${formatPercent(100 * middle(seen))}.`;
}

function describeResult({ rung, number, seed, verdict, ratio, noise }: LadderResult): string[] {
  return [
    rung,
    String(number),
    String(seed),
    verdict,
    formatBound(ratio.estimate),
    `${formatBound(ratio.low)} to ${formatBound(ratio.high)}`,
    noise === null ? '' : formatPercent(100 * noise.sd_per_round),
  ];
}
