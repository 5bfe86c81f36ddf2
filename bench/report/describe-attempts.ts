import type { BlackBox } from '../../contract/report.ts';
import type { AttemptLog } from '../metrics/attempt-log.ts';
import { listConnectTimesMs, listRedirectTimesMs } from '../metrics/attempt-times.ts';
import { describeDistribution } from '../metrics/distribution.ts';
import { computeMeanOverMakespan, countOutcomes, summariseAttempts } from '../metrics/summarise-attempts.ts';
import { summariseRequests } from '../metrics/summarise-requests.ts';

type AttemptFigures = Pick<
  BlackBox,
  'metrics' | 'connect' | 'redirect' | 'mean_over_makespan' | 'outcomes' | 'throttled' | 'request_kinds'
>;

/** The figures that follow from the ledger alone, whatever the load was. */
export function describeAttempts(attempts: AttemptLog): AttemptFigures {
  const metrics = summariseAttempts(attempts);
  const outcomes = countOutcomes(attempts);
  const redirect = describeDistribution(listRedirectTimesMs(attempts));
  return {
    metrics,
    connect: describeDistribution(listConnectTimesMs(attempts)),
    ...(redirect.count === 0 ? {} : { redirect }),
    mean_over_makespan: computeMeanOverMakespan(metrics),
    outcomes,
    throttled: outcomes.throttled ?? 0,
    request_kinds: summariseRequests(attempts),
  };
}
