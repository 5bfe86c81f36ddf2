import type { Progress } from '../../../contract/run.ts';

/** How far all runners are together, by the clock of the first. */
export function sumProgress(
  [first, ...others]: readonly [Progress, ...Progress[]],
  plannedRequests: number | null,
): Progress {
  const sum = { ...first, total_requests: plannedRequests };
  for (const progress of others) {
    sum.done += progress.done;
    sum.failed += progress.failed;
    sum.throttled = (sum.throttled ?? 0) + (progress.throttled ?? 0);
    sum.dropped = (sum.dropped ?? 0) + (progress.dropped ?? 0);
    sum.in_flight += progress.in_flight;
    sum.received_bytes += progress.received_bytes;
    sum.bytes_per_second += progress.bytes_per_second;
  }
  return sum;
}
