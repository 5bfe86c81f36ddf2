import type { Experiment, ExperimentMetric } from '../../contract/experiment.ts';
import { type Difference, findDifferences } from './find-differences.ts';

/** A metric of two experiments: what each says of its own before and after. */
export interface ComparedRatio {
  readonly title: string;
  readonly scenario: string | null;
  readonly role: ExperimentMetric['role'];
  /** Null where one of them has no such metric. */
  readonly one: ExperimentMetric | null;
  readonly other: ExperimentMetric | null;
}

export interface ExperimentComparison {
  /** What keeps them from being compared: where they ran, and what the load was. */
  readonly differences: readonly Difference[];
  /** What was changed since. */
  readonly subject: readonly Difference[];
  readonly ratios: readonly ComparedRatio[];
}

/** Two versions of an experiment, or two experiments of one load, side by side. A pure function. */
export function compareExperiments(one: Experiment, other: Experiment): ExperimentComparison {
  const key = ({ metric, scenario }: ExperimentMetric) => `${metric} ${scenario ?? ''}`;
  const others = new Map(other.metrics.map((metric) => [key(metric), metric]));
  const shared = one.metrics.map((metric) => ({ metric, other: others.get(key(metric)) ?? null }));
  const known = new Set(one.metrics.map(key));
  const added = other.metrics.filter((metric) => !known.has(key(metric)));
  return {
    differences: [
      ...findDifferences('environment', one.environment, other.environment),
      ...findDifferences('workload', describeLoad(one), describeLoad(other)),
      ...findDifferences('stage', { ...one.definition?.stage }, { ...other.definition?.stage }),
    ],
    subject: (['before', 'after'] as const).flatMap((phase) =>
      findDifferences(phase, one.arms[phase].subject, other.arms[phase].subject),
    ),
    ratios: [
      ...shared.map(({ metric, other: found }) => describePair(metric, metric, found)),
      ...added.map((metric) => describePair(metric, null, metric)),
    ],
  };
}

function describePair(
  { title, scenario, role }: ExperimentMetric,
  one: ExperimentMetric | null,
  other: ExperimentMetric | null,
): ComparedRatio {
  return { title, scenario, role, one, other };
}

/** What names the runs, and what each arm changes, is no part of the load. */
const ownOfRun = ['experiment', 'phase', 'note', 'profile'];

function describeLoad({ workload }: Experiment): object {
  return Object.fromEntries(Object.entries(workload).filter(([field]) => !ownOfRun.includes(field)));
}
