import {
  describeCut,
  describeDraft,
  describeEmulation,
  describeOutcome,
} from '../../../../bench/presentation.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { ChecksPanel } from './report/checks-panel.tsx';
import { DocumentsPanel } from './report/documents-panel.tsx';
import { FailuresPanel } from './report/failures-panel.tsx';
import { FiguresPanel } from './report/figures-panel.tsx';
import { FingerprintPanel } from './report/fingerprint-panel.tsx';
import { LatencyPanel } from './report/latency-panel.tsx';
import type { ReportViewProps } from './report/report-view-props.ts';
import { SidesPanel } from './report/sides-panel.tsx';
import { TimelinePanel } from './report/timeline-panel.tsx';
import { VerdictLine } from './verdict-line.tsx';

/** A whole report, the answer first, then the evidence, then how to do it again. */
export function ReportView({ report, documents }: ReportViewProps) {
  const caveats = [
    describeEmulation(report.fingerprint.environment, report.white_box?.stores),
    describeDraft(report),
    report.stopped_because === null ? null : `Stopped early: ${report.stopped_because}.`,
    describeCut(report) === null ? null : `Cut short ${describeCut(report)}.`,
  ].filter((line) => line !== null);
  return (
    <>
      <section class="panel answer" aria-label="Verdict">
        <VerdictLine verdict={report.verdict} labels={report.labels} />
        <p class="outcome">{describeOutcome(report)}.</p>
        {caveats.map((line) => (
          <p key={line} class="fine">
            {line}
          </p>
        ))}
        <ErrorBoundary>
          <ChecksPanel report={report} />
        </ErrorBoundary>
      </section>
      {[
        FiguresPanel,
        TimelinePanel,
        LatencyPanel,
        SidesPanel,
        FailuresPanel,
        FingerprintPanel,
        DocumentsPanel,
      ].map((Panel) => (
        <ErrorBoundary key={Panel.name}>
          <Panel report={report} documents={documents} />
        </ErrorBoundary>
      ))}
    </>
  );
}
