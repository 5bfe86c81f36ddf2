import type { Attempt } from '../../contract/ledger.ts';
import type { Calibration, Ceiling } from '../../contract/report.ts';

/** Two looks that differ by more than a quarter do not say what a null server gives. */
const leastAgreement = 0.75;

export interface LoadRates {
  readonly bytesPerSecond: number;
  readonly requestsPerSecond: number;
  /** Bodies of unknown size were not imitated, so only their requests can be compared. */
  readonly hasKnownSizes: boolean;
}

/**
 * What part of its lower ceiling the load reached, in bytes and in requests, whichever is less: only where all was
 * answered in the same proportions are both the same. Null where the looks disagree, or the load got more than they did:
 * then they do not fit it.
 */
export function computeCeilingShare(calibration: Calibration | null, load: LoadRates): number | null {
  const ceilings = listCeilings(calibration);
  if (ceilings.length === 0 || !doCeilingsAgree(ceilings)) return null;
  const bytes = Math.min(...ceilings.map(({ bytes_per_second }) => bytes_per_second));
  const requests = Math.min(...ceilings.map(({ requests_per_second }) => requests_per_second));
  const shares = [
    ...(load.hasKnownSizes && areSizesKnown(ceilings) && bytes > 0 ? [load.bytesPerSecond / bytes] : []),
    ...(requests > 0 ? [load.requestsPerSecond / requests] : []),
  ];
  const share = Math.min(...shares);
  return share <= 1 / leastAgreement ? share : null;
}

export function listCeilings(calibration: Calibration | null): Ceiling[] {
  return [calibration?.before, calibration?.after].flatMap((ceiling) => ceiling ?? []);
}

/** Whether the null server sent what the load asked for in bytes, too, and was not only asked as often. */
export function areSizesKnown(ceilings: readonly Ceiling[]): boolean {
  return ceilings.every(({ assumed_share = 0 }) => assumed_share === 0);
}

/** By requests where any were answered: bodies that a time limit cut count by their bytes. */
export function doCeilingsAgree(ceilings: readonly Ceiling[]): boolean {
  const byRequests = ceilings.every(({ requests_per_second }) => requests_per_second > 0);
  const rates = ceilings.map((ceiling) =>
    byRequests ? ceiling.requests_per_second : ceiling.bytes_per_second,
  );
  return Math.min(...rates) >= leastAgreement * Math.max(...rates);
}

/** Whether of any request it was known how long its body should be. */
export function hasKnownSizes(attempts: Iterable<Attempt>): boolean {
  for (const { expected_bytes } of attempts) if (expected_bytes !== null) return true;
  return false;
}
