import { planAlone } from '../../../bench/index.ts';
import { headers } from '../../../contract/headers.ts';
import type { Attempt } from '../../../contract/ledger.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { LoadPlan } from './plan-load.ts';
import { rejectAfterStop } from './reject-after-stop.ts';
import type { RunnerContext } from './runner-context.ts';

/**
 * Some requests of the run one at a time, when all load is over: they go the same way, and are counted apart. What fails
 * here never fails the run: its report has nothing to compare with, and says so.
 */
export async function measureAlone(
  { measureLoad, targetUrl, warn }: Pick<RunnerContext, 'measureLoad' | 'targetUrl' | 'warn'>,
  run: RunRecord,
  { scenario, models }: LoadPlan,
  signal: AbortSignal,
): Promise<readonly Attempt[]> {
  const load = measureLoad({
    scenario: planAlone(scenario),
    url: targetUrl,
    headers: { [headers.runId]: run.run_id, [headers.runAlone]: '1' },
    models,
    signal,
  });
  try {
    const { attempts } = await Promise.race([load, rejectAfterStop(signal)]);
    return [...attempts];
  } catch (error) {
    signal.throwIfAborted();
    warn(`Run ${run.run_id}: no request could be sent alone: ${(error as Error).message}`);
    return [];
  }
}
