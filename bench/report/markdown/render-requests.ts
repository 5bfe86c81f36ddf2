import type { Report } from '../../../contract/report.ts';
import { chooseTimeUnit, formatCount, formatMsIn, toMiBFigure } from '../format.ts';
import { escapeMarkdown, section, table } from './markdown.ts';

/** What became of each kind of request; empty when there was one kind alone. */
export function renderRequests({ black_box: { request_kinds } }: Report): string {
  if (request_kinds.length < 2) return '';
  const unit = chooseTimeUnit(Math.max(...request_kinds.map(({ latency }) => latency.max_ms ?? 0)));
  const rows = request_kinds.map(({ request, requests, successes, throttled, verified_bytes, latency }) => [
    escapeMarkdown(request),
    formatCount(requests),
    formatCount(successes),
    formatCount(throttled),
    toMiBFigure(verified_bytes),
    formatMsIn(latency.median_ms, unit),
    formatMsIn(latency.p99_ms, unit),
    formatCount(latency.count),
  ]);
  const header = ['Request', 'sent', 'right', 'throttled', 'right (MiB)'];
  return section(
    'Requests by kind',
    table([...header, `median (${unit.name})`, `p99 (${unit.name})`, 'n'], rows, 'lrrrrrrr'),
  );
}
