import { noSample } from '../report/format.ts';
import { escapeMarkdown, list, section, table } from '../report/markdown/markdown.ts';
import type { ComparedFigure, Comparison } from './compare-reports.ts';
import { formatBound } from './describe-verdict.ts';
import { describeDifference } from './find-differences.ts';
import { formatMetric } from './format-metric.ts';

/** How figures of different sessions may be read. */
const sessionNote =
  'No verdict: these runs are of different sessions, and a shift between sessions looks like a difference between programs. To decide, interleave them: npm run bench -- compare --baseline <git ref>, or an experiment.';

/** Side by side for a terminal, 80 columns where possible. */
export function renderComparison(comparison: Comparison, [one, other]: readonly [string, string]): string {
  const rows = comparison.figures.filter((figure) => figure.one !== null || figure.other !== null);
  const cells = [
    ['', one, other, 'ratio'],
    ...rows.map((figure) => [
      shorten(figure.title),
      formatMetric(figure.one, figure.unit, figure.isAtLeast.one),
      formatMetric(figure.other, figure.unit, figure.isAtLeast.other),
      formatRatio(figure),
    ]),
  ];
  return [
    ...describeForce(comparison),
    'differs   ' +
      (comparison.subject.map(describeDifference).join('\n          ') || 'nothing in the subject'),
    '',
    ...layOut(cells),
    '',
    ...comparison.doubts.map((doubt) => `doubt     ${doubt}`),
    sessionNote,
  ].join('\n');
}

/** The same in Markdown, with `distributions.svg` beside it. */
export function renderComparisonMarkdown(
  comparison: Comparison,
  [one, other]: readonly [string, string],
): string {
  const rows = comparison.figures.filter((figure) => figure.one !== null || figure.other !== null);
  return `${[
    `# ${escapeMarkdown(one)} beside ${escapeMarkdown(other)}`,
    ...describeForce(comparison).map((line) => `> ${escapeMarkdown(line)}`),
    escapeMarkdown(sessionNote),
    table(
      ['', escapeMarkdown(one), escapeMarkdown(other), 'ratio'],
      rows.map((figure) => [
        escapeMarkdown(figure.title),
        formatMetric(figure.one, figure.unit, figure.isAtLeast.one),
        formatMetric(figure.other, figure.unit, figure.isAtLeast.other),
        formatRatio(figure),
      ]),
      'lrrr',
    ),
    '![Share of the requests that were done by when, of both](distributions.svg)',
    section(
      'What differs',
      comparison.subject.length === 0
        ? 'Nothing in the subject.'
        : list(comparison.subject.map((difference) => escapeMarkdown(describeDifference(difference)))),
    ),
    ...(comparison.doubts.length === 0
      ? []
      : [section('Doubts', list(comparison.doubts.map((doubt) => escapeMarkdown(doubt))))]),
  ].join('\n\n')}\n`;
}

function describeForce({ differences }: Comparison): string[] {
  if (differences.length === 0) return [];
  return [`FORCED: these runs do not compare: ${differences.map(describeDifference).join('; ')}`];
}

function formatRatio({ ratio, isAtLeast }: ComparedFigure): string {
  if (ratio === null) return noSample;
  const bound = isAtLeast.one ? '≤ ' : isAtLeast.other ? '≥ ' : '';
  return `× ${bound}${formatBound(ratio)}`;
}

function shorten(title: string): string {
  return title.split(':')[0] ?? title;
}

/** Columns, the first to the left, the others to the right. */
export function layOut(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}
