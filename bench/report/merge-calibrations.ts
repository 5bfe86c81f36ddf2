import type { Calibration, Ceiling } from '../../contract/report.ts';

/** What several load generators can do together; null where one of them was not looked at. */
export function mergeCalibrations(calibrations: readonly Calibration[]): Calibration {
  return {
    before: addCeilings(calibrations.map(({ before }) => before)),
    after: addCeilings(calibrations.map(({ after }) => after)),
  };
}

function addCeilings(ceilings: readonly (Ceiling | null)[]): Ceiling | null {
  let bytes = 0;
  let requests = 0;
  let cpuSecondsPerSecond = 0;
  for (const ceiling of ceilings) {
    if (ceiling === null) return null;
    bytes += ceiling.bytes_per_second;
    requests += ceiling.requests_per_second;
    cpuSecondsPerSecond += (ceiling.cpu_seconds_per_gb ?? 0) * (ceiling.bytes_per_second / 1e9);
  }
  return {
    bytes_per_second: bytes,
    requests_per_second: requests,
    cpu_seconds_per_gb: bytes > 0 ? cpuSecondsPerSecond / (bytes / 1e9) : null,
  };
}
