import type { Attempt } from '../../contract/ledger.ts';

/**
 * Every attempt of a load, in the order in which they ended. May be walked through any number of times, one row in
 * memory at a time: most rows of a long load lie on the disk.
 */
export interface AttemptLog extends Iterable<Attempt> {
  readonly length: number;
}
