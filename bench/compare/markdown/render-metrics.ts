import type { Experiment, ExperimentMetric } from '../../../contract/experiment.ts';
import { formatCountOf, noSample } from '../../report/format.ts';
import { escapeMarkdown, section, table } from '../../report/markdown/markdown.ts';
import { describeRatio } from '../describe-ratio.ts';
import { nameConfidence } from '../describe-verdict.ts';
import { formatMetric } from '../format-metric.ts';

/** Knobs, then one table of figures: the arms' medians, the ratio with its interval, a word for primary and guards alone. */
export function renderMetrics(experiment: Experiment): string {
  const { metrics, design } = experiment;
  const rows = metrics
    .filter(({ role, before, after }) => role !== 'secondary' || before !== null || after !== null)
    .map(describeRow);
  return section(
    'Before and after',
    renderKnobs(experiment),
    table(['', 'before', 'after', 'ratio', 'interval', 'verdict'], rows, 'lrrrrl'),
    `Medians over ${formatCountOf(design.pairs, 'round')} each; ratios after / before are the Walsh estimate over the pairs, intervals those of the exact signed-rank test at ${nameConfidence(experiment)}. Guards share their error by Holm. Rows without a word decide nothing.`,
    renderReferences(experiment),
    renderPublished(experiment),
  );
}

/** What no strategy can be expected to outrun by much, and what of it was not measured. */
function renderReferences({ references, unmeasured_references }: Experiment): string {
  if (references.length + unmeasured_references.length === 0) return '';
  const names = {
    'null server': 'a null server, which answers from memory',
    'S3 itself': 'S3 itself, by presigned addresses',
  };
  return [
    'For reference, the throughput of the same clients in the same session:',
    table(
      ['from', 'median', 'least', 'most', 'n'],
      [
        ...references.map(({ name, runs, ...figures }) => [
          names[name],
          ...[figures.median, figures.least, figures.most].map((rate) => formatMetric(rate, 'B/s', false)),
          String(runs),
        ]),
        ...unmeasured_references.map(({ name, reason }) => [
          `${names[name]}: ${references.some((one) => one.name === name) ? 'a run left out' : 'not measured'}, ${escapeMarkdown(reason)}`,
          noSample,
          noSample,
          noSample,
          '0',
        ]),
      ],
      'lrrrr',
    ),
  ].join('\n\n');
}

function describeRow(metric: ExperimentMetric): string[] {
  const { title, role, before, after, unit, is_at_least, verdict, scenario, margin, pairs } = metric;
  const ratio = describeRatio(metric);
  const roles = { primary: '**primary** ', guard: 'guard ', secondary: '' };
  const other = scenario === null ? '' : ` (${scenario})`;
  const word = describeWord(role, verdict, margin, pairs);
  return [
    `${roles[role]}${escapeMarkdown(title)}${escapeMarkdown(other)}`,
    formatMetric(before, unit, is_at_least.before),
    formatMetric(after, unit, is_at_least.after),
    ratio.estimate,
    ratio.interval,
    word,
  ];
}

function describeWord(
  role: ExperimentMetric['role'],
  verdict: ExperimentMetric['verdict'],
  margin: number | null,
  pairs: number,
): string {
  if (role === 'secondary') return '';
  const bound = margin === null ? '' : ` (margin ${Math.round(100 * margin)} %)`;
  if (role === 'guard' && pairs === 0) return `**UNPROVEN**, not measured${bound}`;
  return verdict === null ? '' : `**${verdict}**${bound}`;
}

function renderKnobs({ arms }: Experiment): string {
  // Where there is one process, the fingerprint does not say so.
  const before = { workers: 1, ...arms.before.subject };
  const after = { workers: 1, ...arms.after.subject };
  const names = Object.keys({ ...before, ...after }) as (keyof typeof before)[];
  const rows = names
    .filter((name) => before[name] !== after[name])
    .map((name) => [name, show(before[name]), show(after[name])]);
  return rows.length === 0
    ? 'Nothing was changed.'
    : table(
        ['Changed', 'before', 'after'],
        rows.map((row) => row.map(escapeMarkdown)),
        'lll',
      );
}

function show(value: unknown): string {
  return value === undefined ? noSample : String(value).slice(0, 40);
}

/** What somebody else reported of the same change. */
function renderPublished({ definition }: Experiment): string {
  const published = definition?.published ?? null;
  if (published === null) return '';
  return [
    `As reported by ${escapeMarkdown(published.source)}; not our figures, and not to be compared with them:`,
    table(
      ['', 'before', 'after'],
      published.rows.map(({ metric, before, after }) => [metric, before, after].map(escapeMarkdown)),
      'lrr',
    ),
  ].join('\n\n');
}
