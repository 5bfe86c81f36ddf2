import type { Report } from '../../../contract/report.ts';
import type { Label } from '../../../contract/run.ts';
import { formatCount, formatFigure, formatMs, formatPercent } from '../format.ts';
import { list, section } from './markdown.ts';

/** How far the figures carry: their precision, their fairness, what they leave out. */
export function renderDoubts(report: Report): string {
  const doubts = [
    ...report.labels.map(({ label }) => `**${label}**: ${labelMeanings[label]}`),
    ...describeCensoring(report),
    describeClock(report),
    ...describeFairness(report),
    ...describeSample(report),
    describeLoad(report),
    describeDigests(report),
    ...describeRedirects(report),
    'Not measured: how fast this load generator could go at best, what the store counted itself, and the steps inside the service.',
  ];
  return section('Doubts', list(doubts));
}

const labelMeanings: Readonly<Record<Label['label'], string>> = {
  'client-bound': 'the load generator was at its own limit; the service may be faster than shown.',
  'host-bound': 'the machine had no time to spare; the figures are of client and service together on it.',
  disturbed: 'other programs took part of the machine.',
};

function describeCensoring({ black_box: { metrics } }: Report): string[] {
  const { count, censored } = metrics.latency;
  if (censored === 0) return [];
  return [
    `${formatCount(censored)} of ${formatCount(count)} latencies are timeouts, entered at the time they had waited. Figures with ≥ include them: the true ones are greater.`,
  ];
}

function describeClock({ black_box: { generator } }: Report): string {
  return `Timestamps are good to ± ${formatMs(generator.timestamp_uncertainty_ms)}, the longest turn of the load generator's event loop: smaller differences in latency mean nothing. The clients started within ${formatMs(generator.start_skew_ms)} of each other.`;
}

function describeFairness({ black_box: { mean_over_makespan } }: Report): string[] {
  if (mean_over_makespan === null) return [];
  return [
    `Mean latency over duration is ${formatFigure(mean_over_makespan)}: 1 if all clients end together, about 0.5 if they are served one after the other.`,
  ];
}

function describeSample({ black_box: { metrics } }: Report): string[] {
  const { count } = metrics.latency;
  if (count === 0 || count >= 100) return [];
  return [`With n = ${formatCount(count)}, p99 by nearest rank is the greatest latency.`];
}

function describeLoad({ scenario }: Report): string {
  const shape =
    scenario.iterations === 1
      ? 'One cold burst: every client asked once, so warm-up cannot be told from the steady state.'
      : 'Warm-up was not told from the steady state.';
  return `${shape} The load is a closed model: a client that waits does not ask again, so a slow service gets less load.`;
}

function describeRedirects({ black_box: { redirect } }: Report): string[] {
  if (!redirect) return [];
  return [
    `${formatCount(redirect.count)} requests were sent on to the store: their latency covers both steps, with a second connection, and the service's own cost is that of answering with an address, not of the bytes.`,
  ];
}

function describeDigests({ checks, black_box }: Report): string {
  const hashed = checks.find(({ name }) => name === 'digest')?.total ?? 0;
  if (hashed === 0)
    return 'No body was hashed: that the bytes are right, and not only as many as expected, is unproven.';
  return `Digests were checked on ${formatCount(hashed)} of ${formatCount(black_box.metrics.total_requests)} bodies (${formatPercent(100 * black_box.generator.hashed_share)} of the bytes), lengths on all.`;
}
