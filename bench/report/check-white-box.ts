import type { StoreUse } from '../../contract/attribution.ts';
import type { BlackBox, Check, Generator } from '../../contract/report.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import type { Evidence } from '../attribution/evidence.ts';
import { formatBytes, formatCount, formatMs } from './format.ts';

/** Between two clocks' readings of one moment. */
const clockMs = 5;
const share = 0.05;

/**
 * GETs and bytes, counted apart by service and store; bodies that clients fetched from the store themselves count as the
 * clients say. They must be equal when every request succeeded, else the store may have answered more; less only for
 * requests that their clients gave up, for which a service that has not heard of it may read when the store was asked
 * already. Bytes are compared only where no GET of others is among them. None where the store does not count itself.
 */
export function checkStore(
  { metrics, outcomes, redirect }: BlackBox,
  instances: readonly InstanceTelemetry[],
  store: StoreUse | null,
  missing: readonly string[],
): Check[] {
  const known = instances.flatMap(({ s3_gets, s3_bytes, other_s3_gets }) =>
    s3_gets === null || s3_bytes === null ? [] : [{ s3_gets, s3_bytes, others: other_s3_gets ?? 0 }],
  );
  if (store === null || known.length === 0 || known.length < instances.length || missing.length > 0) return [];
  const direct = redirect === undefined ? 0 : (outcomes.ok ?? 0);
  const gets = known.reduce((sum, { s3_gets, others }) => sum + s3_gets + others, direct);
  const bytes = known.reduce(
    (sum, { s3_bytes }) => sum + s3_bytes,
    redirect === undefined ? 0 : metrics.total_bytes,
  );
  const hasOthers = known.some(({ others }) => others > 0);
  const exact = (outcomes.ok ?? 0) === metrics.total_requests && store.aborted === 0 && !hasOthers;
  const givenUpShare = gets === 0 ? 0 : Math.min(1, (outcomes.timeout ?? 0) / gets);
  const pairs = [
    { said: gets, counted: store.answers, format: (count: number) => `${formatCount(count)} GETs` },
    ...(hasOthers ? [] : [{ said: bytes, counted: store.bytes, format: formatBytes }]),
  ];
  const wrong = pairs.filter(({ said, counted }) =>
    exact ? said !== counted : counted < said * (1 - givenUpShare),
  );
  const [first] = wrong;
  return [
    {
      name: 'store',
      passed: pairs.length - wrong.length,
      total: pairs.length,
      example:
        first === undefined
          ? null
          : `The service counts ${first.format(first.said)}, the store itself ${first.format(first.counted)}.`,
    },
  ];
}

/**
 * No request may have been longer in the service than its client waited for it (one whose client left at its deadline may,
 * until the service hears of that), and the phases must add up to the time in the service.
 * What a late look at a clock explains is allowed: the longest turns of both event loops.
 */
export function checkResidence({ requests, loop }: Evidence, generator: Generator): Check {
  const lateMs = clockMs + generator.timestamp_uncertainty_ms + (loop?.delayMaxMs ?? 0);
  const told = requests.filter(({ residenceMs }) => residenceMs !== null);
  let example: string | null = null;
  let passed = 0;
  for (const { requestId, latencyMs, isTimedOut, residenceMs, phasesMs } of told) {
    const inServiceMs = residenceMs ?? 0;
    const sumMs = phasesMs ?? 0;
    if (!isTimedOut && inServiceMs > latencyMs * (1 + share) + lateMs) {
      example ??= `The service says that request ${requestId} was in it for ${formatMs(inServiceMs)}, its client waited ${formatMs(latencyMs)}.`;
    } else if (Math.abs(sumMs - inServiceMs) > clockMs + share * inServiceMs) {
      example ??= `The phases of request ${requestId} add up to ${formatMs(sumMs)}, of ${formatMs(inServiceMs)} in the service.`;
    } else passed += 1;
  }
  return { name: 'residence', passed, total: told.length, example };
}
