import type { Runners } from '../../contract/report.ts';
import type { Label } from '../../contract/run.ts';
import { joinWords } from './format.ts';
import { type LabelledRun, labelRun, withheldBy } from './label-run.ts';

/** So many shards are named one by one. */
const mostNamed = 5;

/**
 * The labels of a run by those of its load generators: one that is at its limit limits the whole. What is counted over
 * all requests, such as identities, labels the run as it does with one runner.
 */
export function labelRunners(runners: Runners | null, run: LabelledRun): Label[] {
  if (runners === null) return labelRun(run);
  const { generator } = run;
  const counted = labelRun({
    ...run,
    calibration: null,
    generator: {
      ...generator,
      cpu_utilization: 0,
      machine_idle: null,
      run_queue_wait: null,
      stolen_share: null,
    },
  });
  const names = Object.keys(withheldBy) as Label['label'][];
  return names.flatMap((name) => {
    const reasons = [
      ...counted.filter(({ label }) => label === name).map(({ reason }) => reason),
      ...describeShards(runners, name),
    ];
    return reasons.length === 0
      ? []
      : [{ label: name, reason: reasons.join('; '), withholds: [...withheldBy[name]] }];
  });
}

/** `2 of 4 load generators (shards 1 and 3), the first: the load generator used 0.95 of one core`. */
function describeShards({ shards }: Runners, name: Label['label']): string[] {
  const labelled = shards.flatMap(({ shard, labels }) =>
    labels.filter(({ label }) => label === name).map(({ reason }) => ({ shard, reason })),
  );
  const [first] = labelled;
  if (first === undefined) return [];
  const numbers = labelled.map(({ shard }) => String(shard));
  const named = numbers.length > mostNamed ? [...numbers.slice(0, mostNamed), 'others'] : numbers;
  const which =
    labelled.length === shards.length ? '' : ` (${named.length > 1 ? 'shards' : 'shard'} ${joinWords(named)})`;
  return [`${labelled.length} of ${shards.length} load generators${which}, the first: ${first.reason}`];
}
