import { type Attribution, timeParts } from '../../contract/attribution.ts';
import { describeUse } from './describe-use.ts';
import { type AttributionInput, type Evidence, weighEvidence } from './evidence.ts';
import { findSuspects } from './find-suspects.ts';

/**
 * Where the time of a run's requests went, and what that makes suspect: a pure function of what the client, the service
 * and the stores counted. It never says more than the data: confirming a suspect takes an experiment that moves its knob.
 * Null when nothing was joined.
 */
export function attribute(input: AttributionInput): { attribution: Attribution; evidence: Evidence } | null {
  const evidence = weighEvidence(input);
  if (evidence.requests.length === 0) return null;
  const { verdict, suspects, reason } = findSuspects(evidence);
  const attribution: Attribution = {
    joined: evidence.requests.length,
    of: evidence.of,
    mean_ms: evidence.meanMs,
    slowest_mean_ms: evidence.slowestMeanMs,
    alone_mean_ms: evidence.aloneMeanMs,
    parts: timeParts.map((part) => ({
      part,
      mean_ms: evidence.mean[part],
      slowest_ms: evidence.slowest[part],
      alone_ms: evidence.alone?.[part] ?? null,
    })),
    unexplained_median_share: evidence.unexplainedMedianShare,
    use: describeUse(input),
    verdict,
    suspects: [...suspects],
    reason,
  };
  return { attribution, evidence };
}
