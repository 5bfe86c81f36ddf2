import type { Report } from '../../../contract/report.ts';
import { formatCount } from '../format.ts';
import { nameFailure } from '../list-failures.ts';
import { escapeMarkdown, section, table } from './markdown.ts';

/** How requests failed, with one example each; empty when none did. */
export function renderFailures({ black_box: { failures } }: Report): string {
  if (failures.length === 0) return '';
  const rows = failures.map(({ outcome, manner, count, example }) => [
    nameFailure({ outcome, manner }),
    formatCount(count),
    escapeMarkdown(example),
  ]);
  return section('Failures', table(['Kind', 'requests', 'such as'], rows, 'lrl'));
}
