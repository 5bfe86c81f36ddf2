import type { Ceiling } from '../../contract/report.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { summariseAttempts } from '../metrics/summarise-attempts.ts';

/**
 * What generator and null server do together, from a load on the null server.
 * @throws {Error} when a request of it failed: then there is no ceiling to hold anything against.
 */
export function describeCeiling({ attempts, generator }: Measurement): Ceiling {
  const { throughput, success_rate, total_requests } = summariseAttempts(attempts);
  if (success_rate < 100) {
    throw new Error(
      `The calibration failed: ${success_rate} % of ${total_requests} requests to the null server succeeded; all have to.`,
    );
  }
  return { ...throughput, cpu_seconds_per_gb: generator.cpu_seconds_per_gb };
}
