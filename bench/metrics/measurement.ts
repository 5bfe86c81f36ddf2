import type { Attempt } from '../../contract/ledger.ts';
import type { Generator } from '../../contract/report.ts';

/** What one load generator brings home: every attempt, and what generating them cost. */
export interface Measurement {
  readonly attempts: readonly Attempt[];
  readonly generator: Generator;
}
