import type { Report } from '../../../contract/report.ts';
import { renderAnswer } from './render-answer.ts';
import { renderChecks } from './render-checks.ts';
import { renderDoubts } from './render-doubts.ts';
import { renderFailures } from './render-failures.ts';
import { renderFigures } from './render-figures.ts';
import { renderFingerprint } from './render-fingerprint.ts';
import { renderRequests } from './render-requests.ts';
import { renderRunners } from './render-runners.ts';
import { renderTime } from './render-time.ts';

/**
 * `report.md` of a run: the answer first, the doubt beside it, the evidence under it, at the end how to do it again.
 * Expects `latency.svg` and `requests.svg` beside it.
 */
export function renderMarkdown(report: Report): string {
  const sections = [
    renderAnswer(report),
    renderFigures(report),
    renderPictures(report),
    renderRequests(report),
    renderTime(report),
    renderRunners(report),
    renderChecks(report),
    renderDoubts(report),
    renderFailures(report),
    renderFingerprint(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function renderPictures({ black_box: { metrics } }: Report): string {
  if (metrics.total_requests === 0) return '';
  return [
    '![Distribution of the latencies, with median, p95 and p99](latency.svg)',
    '![Throughput and requests in flight over time, and every request as a row](requests.svg)',
  ].join('\n\n');
}
