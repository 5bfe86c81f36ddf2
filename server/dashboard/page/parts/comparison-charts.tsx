import { useMemo } from 'preact/hooks';
import { formatCount, formatFigure, formatMs, isPercentileAtLeast } from '../../../../bench/presentation.ts';
import type { Ledger } from '../../../../contract/ledger.ts';
import type { Report } from '../../../../contract/report.ts';
import { documentPath } from '../../../../contract/routes.ts';
import { formatAxisMs, formatAxisSeconds } from '../charts/format-axis.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { readLedger, readReport } from '../http/read-documents.ts';
import { useResource } from '../http/use-resource.ts';
import { drawPercentiles } from '../model/latency-curves.ts';
import { overlay } from '../model/overlay.ts';
import { curveOfReport } from '../model/rate-curve.ts';
import { listLatencies } from '../model/request-rows.ts';
import { LoadError } from './notice.tsx';
import { formatElapsed } from './progress-charts.tsx';

const mebibyte = 1_048_576;

interface Side {
  readonly report: Report;
  /** Null when it is too long to be read here. */
  readonly ledger: Ledger | null;
}

/** The curves of both runs on the same axes. */
export function ComparisonCharts({ a, b }: { a: string; b: string }) {
  const sides = useResource(`${a} ${b}`, (signal) => Promise.all([readSide(a, signal), readSide(b, signal)]));
  if (sides.error) return <LoadError what="The curves" error={sides.error} retry={sides.reload} />;
  if (!sides.data) return <p class="empty tall">Loading both reports…</p>;
  return <Charts a={sides.data[0]} b={sides.data[1]} />;
}

async function readSide(runId: string, signal: AbortSignal): Promise<Side> {
  const report = await readReport(documentPath(runId, 'report.json'), signal);
  const ledger = await readLedger(documentPath(runId, report.ledger.document), report.ledger.rows, signal);
  return { report, ledger };
}

function Charts({ a, b }: { a: Side; b: Side }) {
  const curves = useMemo(() => {
    const [ofA, ofB] = [a, b].map(({ report: { black_box } }) =>
      curveOfReport(black_box.generator.received, black_box.series),
    );
    const [rateA, rateB] = [ofA, ofB].map(
      (curve) => curve?.bytesPerSecond.map((rate) => (rate ?? 0) / mebibyte) ?? [],
    );
    const seconds = [ofA?.seconds ?? [], ofB?.seconds ?? []] as const;
    const [spreadA, spreadB] = [a, b].map(({ ledger }) => drawPercentiles(ledger ? listLatencies(ledger) : []));
    return {
      rates: overlay([seconds[0], rateA ?? []], [seconds[1], rateB ?? []]),
      inFlight: overlay([seconds[0], ofA?.inFlight ?? []], [seconds[1], ofB?.inFlight ?? []]),
      latencies: overlay(
        [spreadA?.percentiles ?? [], spreadA?.latencyMs ?? []],
        [spreadB?.percentiles ?? [], spreadB?.latencyMs ?? []],
      ),
    };
  }, [a, b]);
  const lines = ({ one, other }: { one: readonly (number | null)[]; other: readonly (number | null)[] }) =>
    [
      { label: 'A', values: one, color: 0 },
      { label: 'B', values: other, color: 1 },
    ] as const;
  const findBounds = ({ report }: Side) =>
    curves.latencies.x.map((percentile) => isPercentileAtLeast(report.black_box.metrics.latency, percentile));
  return (
    <section class="panel" aria-labelledby="curves">
      <h2 id="curves">Curves</h2>
      <div class="charts">
        {a.ledger && b.ledger ? (
          <LineChart
            title="Latency percentiles"
            unit=""
            x={curves.latencies.x}
            xLabel="percentile"
            formatX={(percentile) => `p${percentile}`}
            formatY={formatMs}
            formatYAxis={formatAxisMs}
            lines={lines(curves.latencies).map((line, side) => ({
              ...line,
              atLeast: findBounds(side === 0 ? a : b),
            }))}
          />
        ) : null}
        <LineChart
          title="Receiving"
          unit="MiB/s"
          x={curves.rates.x}
          xLabel="elapsed"
          formatX={formatElapsed}
          formatXAxis={formatAxisSeconds}
          formatY={formatFigure}
          lines={lines(curves.rates)}
        />
        <LineChart
          title="In flight"
          unit="requests"
          x={curves.inFlight.x}
          xLabel="elapsed"
          formatX={formatElapsed}
          formatXAxis={formatAxisSeconds}
          formatY={formatCount}
          isCount
          lines={lines(curves.inFlight)}
        />
      </div>
    </section>
  );
}
