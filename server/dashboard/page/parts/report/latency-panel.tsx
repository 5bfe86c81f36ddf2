import { useMemo } from 'preact/hooks';
import { formatCount, formatMs, isPercentileAtLeast } from '../../../../../bench/presentation.ts';
import type { Ledger } from '../../../../../contract/ledger.ts';
import type { Report } from '../../../../../contract/report.ts';
import { formatAxisMs, formatAxisSeconds } from '../../charts/format-axis.ts';
import { Histogram } from '../../charts/histogram.tsx';
import { LineChart } from '../../charts/line-chart.tsx';
import { Waterfall } from '../../charts/waterfall.tsx';
import { mostLedgerRows, readLedger } from '../../http/read-documents.ts';
import { useResource } from '../../http/use-resource.ts';
import { formatLatency } from '../../model/format-latency.ts';
import { binLatencies, drawPercentiles } from '../../model/latency-curves.ts';
import { chooseRequestRows, listEnds, listLatencies } from '../../model/request-rows.ts';
import { LoadError } from '../notice.tsx';
import { formatElapsed } from '../progress-charts.tsx';
import type { ReportViewProps } from './report-view-props.ts';

const mostWaterfallRows = 200;

/** What the ledger says: how the latencies spread, when they occurred, and what each request did. */
export function LatencyPanel({ report, documents }: ReportViewProps) {
  const path = documents[report.ledger.document] ?? null;
  const ledger = useResource(path, (signal) => readLedger(path ?? '', report.ledger.rows, signal));
  return (
    <section class="panel" aria-labelledby="latency">
      <h2 id="latency">Latency</h2>
      {ledger.error ? <LoadError what="The ledger" error={ledger.error} retry={ledger.reload} /> : null}
      {ledger.isLoading && path ? <p class="empty tall">Loading the ledger…</p> : null}
      {ledger.data ? <LatencyCharts ledger={ledger.data} report={report} /> : null}
      {path && !ledger.isLoading && !ledger.error && ledger.data === null ? (
        <>
          <p class="fine">
            {formatCount(report.ledger.rows)} requests, more than the {formatCount(mostLedgerRows)} that this
            page reads one by one; the pictures are those of the report.
          </p>
          <PlotOf documents={documents} name="latency.svg" label="Latency distribution" />
          <PlotOf documents={documents} name="requests.svg" label="Requests over time" />
        </>
      ) : null}
    </section>
  );
}

function PlotOf({
  documents,
  name,
  label,
}: Pick<ReportViewProps, 'documents'> & { name: string; label: string }) {
  const path = documents[name];
  return path ? <img class="plot-image" src={path} alt={label} loading="lazy" /> : null;
}

function LatencyCharts({ ledger, report }: { ledger: Ledger; report: Report }) {
  const { latency } = report.black_box.metrics;
  const shown = useMemo(() => {
    const sorted = listLatencies(ledger);
    return {
      bins: binLatencies(sorted),
      curve: drawPercentiles(sorted),
      ends: listEnds(ledger),
      rows: chooseRequestRows(ledger, mostWaterfallRows),
      isEmpty: sorted.length === 0,
    };
  }, [ledger]);
  const atLeast = shown.curve.percentiles.map((percentile) => isPercentileAtLeast(latency, percentile));
  return (
    <>
      {shown.isEmpty ? (
        <p class="empty">No request succeeded or timed out, so there is no latency.</p>
      ) : (
        <div class="charts">
          <Histogram
            title="Distribution"
            bins={shown.bins}
            marks={[
              { label: `median ${formatLatency(latency, 'median')}`, ms: latency.median_ms },
              { label: `p99 ${formatLatency(latency, 'p99')}`, ms: latency.p99_ms },
            ]}
          />
          <LineChart
            title="Percentiles"
            unit="latency by share of requests"
            x={shown.curve.percentiles}
            xLabel="percentile"
            formatX={(percentile) => `p${percentile}`}
            formatY={formatMs}
            formatYAxis={formatAxisMs}
            lines={[{ label: 'latency', values: shown.curve.latencyMs, atLeast, color: 0, hasPoints: true }]}
          />
          <LineChart
            title="Latency by when it ended"
            unit="a dot a request"
            x={shown.ends.seconds}
            xLabel="ended"
            formatX={formatElapsed}
            formatXAxis={formatAxisSeconds}
            formatY={formatMs}
            formatYAxis={formatAxisMs}
            lines={[
              {
                label: 'latency',
                values: shown.ends.latencyMs,
                atLeast: shown.ends.isTimeout,
                color: 0,
                isScatter: true,
              },
            ]}
          />
        </div>
      )}
      <Waterfall rows={shown.rows} total={ledger.columns.started_ms.length} />
    </>
  );
}
