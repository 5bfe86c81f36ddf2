import type { Report } from '../../contract/report.ts';
import type { AttemptLog } from '../metrics/attempt-log.ts';
import { renderMarkdown } from './markdown/render-markdown.ts';
import { renderLatencyPlot } from './plots/render-latency-plot.ts';
import { renderPhasesPlot } from './plots/render-phases-plot.ts';
import { renderRequestsPlot } from './plots/render-requests-plot.ts';

/** What a person reads of a run, by file name: pure functions of the report and of the ledger that it names. */
export function renderDocuments(
  report: Report,
  attempts: AttemptLog,
): Readonly<Record<'report.md' | 'latency.svg' | 'requests.svg' | 'phases.svg', string>> {
  return {
    'report.md': renderMarkdown(report),
    'latency.svg': renderLatencyPlot(attempts),
    'phases.svg': renderPhasesPlot(report.white_box?.attribution ?? null),
    'requests.svg': renderRequestsPlot(attempts, report.black_box.generator.received),
  };
}
