import { formatCountOf } from '../../../../bench/presentation.ts';
import type { ListedRun } from './comparable-runs.ts';

/** What a list says of how a run ended. */
export interface RunJudgement {
  /** Whether it was measured, but is no run as it should be. */
  readonly isFlawed: boolean;
  /** `valid, host-bound`; null where there is no verdict. */
  readonly verdict: string | null;
  readonly isTrusted: boolean;
  /** `crossed success_rate == 100`, `2 thresholds crossed`; null where all held or nobody noted them. */
  readonly crossed: string | null;
}

/** A label limits what may be concluded, and is no flaw. */
export function judgeRun({ status, verdict, labels, metrics, crossed_thresholds }: ListedRun): RunJudgement {
  const crossed = crossed_thresholds ?? [];
  const isTrusted = verdict === null || verdict.value === 'valid';
  return {
    isFlawed:
      status === 'completed' && (!isTrusted || crossed.length > 0 || (metrics?.success_rate ?? 100) < 100),
    verdict: verdict === null ? null : [verdict.value, ...labels.map(({ label }) => label)].join(', '),
    isTrusted,
    crossed: nameCrossed(crossed),
  };
}

function nameCrossed(crossed: readonly string[]): string | null {
  const [only] = crossed;
  if (only === undefined) return null;
  return crossed.length === 1 ? `crossed ${only}` : `${formatCountOf(crossed.length, 'threshold')} crossed`;
}
