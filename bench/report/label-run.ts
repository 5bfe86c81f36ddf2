import type { Calibration, Generator, Identity } from '../../contract/report.ts';
import type { Label } from '../../contract/run.ts';
import { describeIdentity } from './build-checks.ts';
import { computeCeilingShare, type LoadRates } from './ceiling-share.ts';
import { formatFigure, formatPercent, joinWords } from './format.ts';

const busyCore = 0.9;
const shareOfCeiling = 0.8;
const littleIdle = 0.1;
const longQueue = 0.1;
const muchForeign = 0.05;
/** More than the embedded DynamoDB and a command that waits ever take. */
const mostUnknown = 0.25;

/** What must not be concluded from a run that has the label. */
export const withheldBy: Readonly<Record<Label['label'], readonly string[]>> = {
  'client-bound': [
    'how fast the service is at most (its throughput stands as "at least")',
    'how much better it is than another one (a gain stands as "at least")',
    'latencies of the service alone',
  ],
  'host-bound': ['figures of the service alone (they are those of client and service together on this host)'],
  disturbed: ['small differences to other runs', "whether the slowest latencies are the service's own"],
};

export interface LabelledRun {
  readonly generator: Generator;
  /** Of the successes. */
  readonly load: LoadRates;
  readonly calibration: Calibration | null;
  readonly identities: readonly Identity[];
  readonly cores: number;
  /** What is measured and ran on the generator's machine, in words. */
  readonly neighbours: readonly string[];
}

/** What limits the meaning of figures that are right in themselves, with the limit that was crossed. */
export function labelRun(run: LabelledRun): Label[] {
  return [
    ...label('client-bound', [...findBusyGenerator(run), ...findCeiling(run), ...findIdleUsers(run)]),
    ...label('host-bound', findBusyHost(run)),
    ...label('disturbed', findForeign(run.generator)),
  ];
}

function label(name: Label['label'], reasons: readonly string[]): Label[] {
  return reasons.length === 0
    ? []
    : [{ label: name, reason: reasons.join('; '), withholds: [...withheldBy[name]] }];
}

function findBusyGenerator({ generator }: LabelledRun): string[] {
  const { cpu_utilization } = generator;
  return cpu_utilization > busyCore
    ? [`the load generator used ${formatFigure(cpu_utilization)} of one core`]
    : [];
}

function findCeiling({ calibration, load }: LabelledRun): string[] {
  const share = computeCeilingShare(calibration, load);
  return share !== null && share > shareOfCeiling
    ? [`the load got ${formatPercent(100 * share)} of what a null server gives`]
    : [];
}

function findIdleUsers({ identities }: LabelledRun): string[] {
  return identities.filter(({ exact, holds }) => !exact && !holds).map(describeIdentity);
}

function findBusyHost(run: LabelledRun): string[] {
  const { machine_idle, run_queue_wait = null } = run.generator;
  return [
    ...(machine_idle !== null && machine_idle < littleIdle
      ? [`${describeMachine(run)} idle for ${formatPercent(machine_idle * 100)} of the time`]
      : []),
    ...(run_queue_wait !== null && run_queue_wait > longQueue
      ? [`programs waited for a core in ${formatPercent(run_queue_wait * 100)} of the time`]
      : []),
  ];
}

/**
 * Of programs that share the machine nothing may be known but what they took at most; what was stolen from it always
 * counts.
 */
function findForeign(generator: Generator): string[] {
  const { foreign_share = null, foreign_share_at_most = null, stolen_share = null } = generator;
  const share = foreign_share ?? stolen_share;
  return [
    ...(share !== null && share > muchForeign
      ? [`others took ${formatPercent(share * 100)} of the machine`]
      : []),
    ...(foreign_share_at_most !== null && foreign_share_at_most > mostUnknown
      ? [
          `client, service and S3 do not account for ${formatPercent(foreign_share_at_most * 100)} of the machine's CPU time`,
        ]
      : []),
  ];
}

function describeMachine({ cores, neighbours }: LabelledRun): string {
  const counted = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  return neighbours.length > 0
    ? `${joinWords(['client', ...neighbours])} share ${counted}, ${cores === 1 ? 'which was' : 'which were'}`
    : `the load generator's machine (${counted}) was`;
}
