import type { Report } from '../../contract/report.ts';
import type { PhasesDocument } from '../../contract/telemetry.ts';
import { weighEvidence } from '../attribution/evidence.ts';
import type { AttemptLog } from '../metrics/attempt-log.ts';

/** What sums in another order may differ by: a share of the figure, and milliseconds of one that is nearly zero. */
const tolerance = 1e-9;
const toleranceMs = 1e-6;

/**
 * The first figure of a report's attribution that does not follow from its ledger and the requests' phases, with both
 * values; null when all do. What requests sent alone took is not covered, for no ledger has them.
 */
export function findPhaseContradiction(
  report: Report,
  attempts: AttemptLog,
  phases: PhasesDocument,
): string | null {
  if (phases.run_id !== report.run_id) return `run_id is ${report.run_id}, by its phases ${phases.run_id}`;
  const { white_box } = report;
  if (!white_box?.attribution) return null;
  const told = new Map(phases.instances.map((instance) => [instance.instance_id, instance]));
  const unknown = white_box.instances.find(({ instance_id }) => !told.has(instance_id));
  if (unknown) return `white_box.instances has ${unknown.instance_id}, its phases do not`;
  const evidence = weighEvidence({
    attempts,
    instances: white_box.instances.map((instance) => ({
      ...instance,
      requests: told.get(instance.instance_id)?.requests ?? null,
    })),
    alone: [],
    stores: white_box.stores ?? { s3: null, dynamodb: null },
    generator: report.black_box.generator,
    delivery: report.fingerprint.subject.delivery,
    isServiceBeside: report.fingerprint.subject.compute_backend === 'local',
  });
  const { attribution } = white_box;
  const figures: Figure[] = [
    ['joined', attribution.joined, evidence.requests.length],
    ['of', attribution.of, evidence.of],
    ['mean_ms', attribution.mean_ms, evidence.meanMs],
    ['slowest_mean_ms', attribution.slowest_mean_ms, evidence.slowestMeanMs],
    ['unexplained_median_share', attribution.unexplained_median_share, evidence.unexplainedMedianShare],
    ...attribution.parts.flatMap(({ part, mean_ms, slowest_ms }): Figure[] => [
      [`parts.${part}.mean_ms`, mean_ms, evidence.mean[part]],
      [`parts.${part}.slowest_ms`, slowest_ms, evidence.slowest[part]],
    ]),
  ];
  const wrong = figures.find(([, reported, derived]) => !isSame(reported, derived));
  return wrong === undefined
    ? null
    : `white_box.attribution.${wrong[0]} is ${wrong[1]}, by its ledger and phases ${wrong[2]}`;
}

type Figure = [name: string, reported: number, derived: number];

function isSame(reported: number, derived: number): boolean {
  return Math.abs(reported - derived) <= Math.max(toleranceMs, tolerance * Math.abs(derived));
}
