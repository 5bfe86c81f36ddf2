import type { Report, Runners, ShardReport } from '../../../contract/report.ts';
import {
  formatCount,
  formatFigure,
  formatMs,
  formatPercent,
  noSample,
  toMiBFigure,
  toWholeMiB,
} from '../format.ts';
import { escapeMarkdown, list, section, sentence, table } from './markdown.ts';

/** Of more runners than this, those that stand out are shown. */
const mostRows = 32;

/** Of a load that several runners drove: whether their parts are the whole, and a row for each. */
export function renderRunners({ runners }: Report): string {
  if (runners === null) return '';
  const { statement, absent, missing, shards } = runners;
  const shown = choose(shards);
  const columns = [
    'Shard',
    'clients',
    'requests',
    'whole bodies (B)',
    'MiB/s',
    'CPU-s',
    'of a core',
    'RSS (MiB)',
    'of its ceiling',
    'began (ms)',
    'labels',
  ];
  return section(
    'Runners',
    `**${escapeMarkdown(sentence(statement))}** ${describeStart(runners)}`,
    ...(absent.length + missing.length === 0
      ? []
      : [
          list([
            ...absent.map(({ shard, reason }) =>
              escapeMarkdown(sentence(`Shard ${shard} did not come: ${reason}`)),
            ),
            ...missing.map(({ shard, reason }) =>
              escapeMarkdown(sentence(`The part of shard ${shard} is missing: ${reason}`)),
            ),
          ]),
        ]),
    table(columns, shown.map(describeRow), 'lrrrrrrrrrl'),
    ...(shown.length === shards.length
      ? []
      : [
          `${formatCount(shards.length - shown.length)} more are in \`report.json\`: shown are those with labels, then those that began last.`,
        ]),
    ...describeMachines(runners),
  );
}

function describeStart({ start_skew_ms, on_one_machine }: Runners): string {
  const clocks = on_one_machine ? 'one machine, one clock' : 'as far as the clocks of their machines agree';
  return `The runners began within ${formatMs(start_skew_ms)} of each other (${clocks}).`;
}

function choose(shards: readonly ShardReport[]): readonly ShardReport[] {
  if (shards.length <= mostRows) return shards;
  return shards
    .toSorted(
      (one, other) => other.labels.length - one.labels.length || other.start_offset_ms - one.start_offset_ms,
    )
    .slice(0, mostRows)
    .toSorted((one, other) => one.shard - other.shard);
}

function describeRow(shard: ShardReport): string[] {
  return [
    String(shard.shard),
    formatCount(shard.clients),
    formatCount(shard.requests),
    formatCount(shard.verified_bytes),
    toMiBFigure(shard.bytes_per_second),
    formatFigure(shard.cpu_seconds),
    formatFigure(shard.cpu_utilization),
    toWholeMiB(shard.peak_rss_bytes),
    shard.ceiling_share === null ? noSample : formatPercent(100 * shard.ceiling_share),
    `+${formatFigure(shard.start_offset_ms)}`,
    shard.labels.map(({ label }) => label).join(', '),
  ];
}

/** Tasks of one definition may get different processors. */
function describeMachines({ shards }: Runners): string[] {
  const models = [...new Set(shards.map(({ cpu_model }) => cpu_model))];
  return models.length < 2
    ? []
    : [
        `The runners had ${formatCount(models.length)} kinds of processor: ${models.map(escapeMarkdown).join('; ')}.`,
      ];
}
