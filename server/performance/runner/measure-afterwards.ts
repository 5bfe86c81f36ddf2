import { subtractStoreCounts } from '../../../bench/index.ts';
import type { StoresUse } from '../../../contract/attribution.ts';
import type { Attempt } from '../../../contract/ledger.ts';
import type { RunRecord } from '../../../contract/run.ts';
import type { StoresCounts } from '../../../contract/store-counts.ts';
import { measureAlone } from './measure-alone.ts';
import type { LoadPlan } from './plan-load.ts';
import type { RunnerContext } from './runner-context.ts';

/** What whoever merges adds to the parts, from when all runners had ended their load. */
export interface Afterwards {
  /** Requests that were sent one at a time. */
  readonly alone: readonly Attempt[];
  /** What the stores counted since. */
  describeStores(before: StoresCounts): StoresUse;
}

/** Of a merge by the service, or of one that is taken over: then the load is too long ago. */
export const nothingAfterwards: Afterwards = {
  alone: [],
  describeStores: () => ({ s3: null, dynamodb: null }),
};

export async function measureAfterwards(
  context: RunnerContext,
  run: RunRecord,
  plan: LoadPlan,
  signal: AbortSignal,
): Promise<Afterwards> {
  const after = await context.readStoresCounts();
  const alone = await measureAlone(context, run, plan, signal);
  return {
    alone,
    /** The artifacts' bucket, and records that were read. */
    describeStores: (before) => ({
      s3: subtractStoreCounts(before.s3, after.s3, context.modelsBucket),
      dynamodb: subtractStoreCounts(before.dynamodb, after.dynamodb, 'GetItem'),
    }),
  };
}
