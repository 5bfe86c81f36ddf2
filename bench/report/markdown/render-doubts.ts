import type { Ceiling, Report } from '../../../contract/report.ts';
import type { Label } from '../../../contract/run.ts';
import { describeIdentity } from '../build-checks.ts';
import { areSizesKnown, doCeilingsAgree, listCeilings } from '../ceiling-share.ts';
import { describeDrain, describeModel, measureDrain } from '../describe-load.ts';
import {
  formatBytes,
  formatCount,
  formatFigure,
  formatMiBPerSecond,
  formatMs,
  formatPercent,
  joinWords,
} from '../format.ts';
import { withheldBy } from '../label-run.ts';
import { list, section } from './markdown.ts';

/** How far the figures carry: their precision, their fairness, what they leave out. */
export function renderDoubts(report: Report): string {
  const doubts = [
    ...report.labels.map(describeLabel),
    ...describeAllowances(report),
    ...describeCensoring(report),
    describeClock(report),
    ...describeFairness(report),
    ...describeSample(report),
    describeWarmUp(report),
    describeModel(report.scenario),
    ...describeEnding(report),
    ...describeStarts(report),
    describeCeiling(report),
    describeOthers(report),
    describeDigests(report),
    ...describeRedirects(report),
    ...describeUnmeasured(report),
  ];
  return section('Doubts', list(doubts));
}

/** Reports from before labels said what they withhold have the same written here. */
function describeLabel({ label, withholds }: Label): string {
  return `**${label}**: this run does not show ${joinWords(withholds.length > 0 ? withholds : withheldBy[label])}.`;
}

/** What the load generator was allowed and did not keep to. */
function describeAllowances({ black_box: { identities } }: Report): string[] {
  const crossed = identities.filter(({ exact, holds }) => !exact && !holds).map(describeIdentity);
  return crossed.length === 0 ? [] : [`The load generator did not keep up: ${joinWords(crossed)}.`];
}

function describeCensoring({ black_box: { metrics } }: Report): string[] {
  const { count, censored } = metrics.latency;
  if (censored === 0) return [];
  return [
    `${formatCount(censored)} of ${formatCount(count)} latencies are timeouts, entered at the time they had waited. Figures with ≥ include them: the true ones are greater.`,
  ];
}

function describeClock({ scenario, black_box: { generator } }: Report): string {
  const isTogether = scenario.executor !== 'ramping-vus' && scenario.executor !== 'constant-arrival-rate';
  const starts = `The clients started within ${formatMs(generator.start_skew_ms)} of each other.`;
  return `Timestamps are good to ± ${formatMs(generator.timestamp_uncertainty_ms)}, the longest turn of the load generator's event loop: smaller differences in latency mean nothing.${isTogether ? ` ${starts}` : ''}`;
}

/** Of a burst by when its clients end, of a longer load by what they got. */
function describeFairness({ scenario, black_box }: Report): string[] {
  const { mean_over_makespan, fairness, generator } = black_box;
  const isBurst = scenario.executor === 'per-vu-iterations' && scenario.iterations === 1;
  const run = generator.longest_socket_run_bytes;
  return [
    ...(isBurst && mean_over_makespan !== null
      ? [
          `Mean latency over duration is ${formatFigure(mean_over_makespan)}: 1 if all clients end together, about 0.5 if they are served one after the other.`,
        ]
      : []),
    ...(!isBurst && fairness !== null && fairness.jain_index !== null
      ? [
          `Fairness among ${formatCount(fairness.clients)} clients by Jain's index is ${formatFigure(fairness.jain_index)} of 1; the one served least had ${formatCount(fairness.fewest_successes)} successes, the one served most ${formatCount(fairness.most_successes)}.`,
        ]
      : []),
    ...(run == null ? [] : [`One socket got at most ${formatBytes(run)} at a stretch.`]),
  ];
}

function describeSample({ black_box: { metrics } }: Report): string[] {
  const { count } = metrics.latency;
  if (count === 0 || count >= 100) return [];
  return [`With n = ${formatCount(count)}, p99 by nearest rank is the greatest latency.`];
}

function describeWarmUp({ scenario, black_box: { steadiness } }: Report): string {
  if (scenario.executor === 'per-vu-iterations' && scenario.iterations === 1) {
    return 'One cold burst: every client asked once, so warm-up cannot be told from the steady state.';
  }
  if (steadiness === null) return 'Warm-up and slowdown: not assessable.';
  const { intervals, interval_ms, warm_up_ms, change, method } = steadiness;
  const warmUp = warm_up_ms === 0 ? 'no warm-up' : `a warm-up of ${formatMs(warm_up_ms)}`;
  const trend =
    change === 0
      ? 'no slowdown'
      : `a ${change < 0 ? 'slowdown' : 'speed-up'} of ${formatPercent(100 * Math.abs(change))}`;
  return `The throughput had ${warmUp} and ${trend} after it (${formatCount(intervals)} intervals of ${formatMs(interval_ms)}; ${method}). No sample was left out for it.`;
}

/** Rates are over all of the time, in which less and less was in flight at the end. */
function describeEnding(report: Report): string[] {
  const drain = measureDrain(report);
  if (drain === null) return [];
  const { interval_ms, bytes } = report.black_box.generator.received;
  const whole = Math.floor((1_000 * drain.loadSeconds) / interval_ms);
  const received = bytes.slice(0, whole).reduce((sum, amount) => sum + amount, 0);
  const rate = formatMiBPerSecond(received / ((whole * interval_ms) / 1_000));
  return [
    `Throughput and rates are over all of the time: ${describeDrain(report)}, in which what was in flight ended and nothing started. While requests started, bytes of bodies came at ${rate}, failed ones included.`,
  ];
}

function describeStarts({ black_box: { start_delay, dropped_iterations } }: Report): string[] {
  if (start_delay === null || start_delay.count === 0) return [];
  return [
    `Requests started ${formatMs(start_delay.p99_ms)} late at p99, ${formatMs(start_delay.max_ms)} at most; ${formatCount(dropped_iterations)} were dropped because every client was busy.`,
  ];
}

function describeCeiling({ calibration }: Report): string {
  const known = listCeilings(calibration);
  if (known.length === 0) {
    return 'How fast this load generator could go at best was not measured: the run was not calibrated.';
  }
  const looks = `${known.map(formatCeiling).join(' before and ')}${known.length > 1 ? ' after the run; the lower one counts' : ''}`;
  const sizes = areSizesKnown(known)
    ? ''
    : ` It sent bodies of 1 KiB for the ${formatPercent(100 * (known[0]?.assumed_share ?? 0))} of the requests whose size the scenario does not tell, so only requests are compared, not bytes.`;
  const agreement = doCeilingsAgree(known)
    ? ''
    : ' The two differ by more than a quarter, so the load is not held against them.';
  return `From a null server this load generator got ${looks}.${sizes}${agreement}`;
}

function formatCeiling({ bytes_per_second, requests_per_second, assumed_share = 0 }: Ceiling): string {
  const requests = `${formatFigure(requests_per_second)} requests/s`;
  return assumed_share > 0 ? requests : `${formatMiBPerSecond(bytes_per_second)} (${requests})`;
}

function describeOthers({ black_box: { generator } }: Report): string {
  const { foreign_share = null, foreign_share_at_most = null, stolen_share = null } = generator;
  const stolen =
    stolen_share === null
      ? 'what other machines on its host took is not known either'
      : `other machines on its host took ${formatPercent(100 * stolen_share)} of it`;
  if (foreign_share_at_most !== null) {
    return `Client, service and S3 do not account for ${formatPercent(100 * foreign_share_at_most)} of the machine's CPU time: DynamoDB, whoever started the run, and programs outside it; ${stolen}.`;
  }
  return foreign_share === null
    ? `How much of the machine's CPU time programs outside the run took is not known; ${stolen}.`
    : `Programs outside the run and other machines took ${formatPercent(100 * foreign_share)} of the machine's CPU time.`;
}

function describeRedirects({ black_box: { redirect } }: Report): string[] {
  if (!redirect) return [];
  return [
    `${formatCount(redirect.count)} requests were sent on to another address: their latency covers both steps, with a second connection, and the service's own cost is that of answering with an address, not of the bytes.`,
  ];
}

function describeUnmeasured({ white_box }: Report): string[] {
  const unmeasured = [
    ...(white_box?.attribution ? [] : ['the steps inside the service']),
    ...(white_box?.stores?.s3 ? [] : ['what the store counted itself']),
  ];
  return unmeasured.length === 0 ? [] : [`Not measured: ${joinWords(unmeasured)}.`];
}

function describeDigests({ checks, black_box }: Report): string {
  const count = (check: string) => checks.find(({ name }) => name === check)?.total ?? 0;
  const [hashed, measured, total] = [count('digest'), count('length'), black_box.metrics.total_requests];
  if (hashed === 0) {
    return measured === 0
      ? 'No body was hashed and of none a length was expected: that they came to their end is all that is known of them.'
      : 'No body was hashed: that the bytes are right, and not only as many as expected, is unproven.';
  }
  const lengths = measured === total ? 'all' : measured === 0 ? 'none' : formatCount(measured);
  return `Digests were checked on ${formatCount(hashed)} of ${formatCount(total)} bodies (${formatPercent(100 * black_box.generator.hashed_share)} of the bytes), lengths on ${lengths}.`;
}
