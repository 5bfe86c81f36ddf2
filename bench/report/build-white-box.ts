import type { StoresUse } from '../../contract/attribution.ts';
import type { WhiteBox } from '../../contract/report.ts';
import type { InstanceTelemetry } from '../../contract/telemetry.ts';
import { toGigabytes } from './format.ts';

/**
 * The instances, in the order of their ids, and their sums; null when none reported. The peak of the memory is the
 * sum of the instances' own peaks, so an upper bound where there are several.
 */
export function buildWhiteBox(
  instances: readonly InstanceTelemetry[],
  stores: StoresUse | null,
): Omit<WhiteBox, 'attribution'> | null {
  if (instances.length === 0) return null;
  const add = (read: (instance: InstanceTelemetry) => number) =>
    instances.reduce((sum, instance) => sum + read(instance), 0);
  const bodyBytes = add((instance) => instance.body_bytes);
  const cpuSeconds = add((instance) => instance.cpu_seconds);
  return {
    // Requests one by one are a document of their own.
    instances: instances
      .map((instance) => ({ ...instance, requests: null, alone: null }))
      .toSorted((a, b) => (a.instance_id < b.instance_id ? -1 : 1)),
    requests_started: add((instance) => instance.requests_started),
    requests_completed: add((instance) => instance.requests_completed),
    body_bytes: bodyBytes,
    cpu_seconds: cpuSeconds,
    cpu_seconds_per_gb: bodyBytes === 0 ? null : cpuSeconds / toGigabytes(bodyBytes),
    peak_rss_bytes: add((instance) => instance.peak_rss_bytes),
    stores,
    other_requests: addKnown(instances.map(({ other_requests }) => other_requests)),
    other_downloads: addKnown(instances.map(({ other_downloads }) => other_downloads)),
  };
}

/** Null when one instance does not tell. */
function addKnown(counts: readonly (number | null)[]): number | null {
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}
