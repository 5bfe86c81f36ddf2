import type { Attempt } from '../../contract/ledger.ts';
import type { RequestKind } from '../../contract/report.ts';
import { isTimed } from './attempt-times.ts';
import { describeSorted } from './distribution.ts';
import { SampleColumn } from './sorted-samples.ts';

const mostKinds = 20;
/** What all kinds beyond the shown ones are counted as. */
export const othersName = '(others)';

/** What comes first: older reports have the most frequent kinds there. */
export type KindOrder = 'bytes' | 'requests';

/**
 * What became of each kind of request, those that moved the most bytes first, then the most frequent; beyond twenty
 * kinds the rest is one row.
 */
export function summariseRequests(attempts: Iterable<Attempt>, order: KindOrder = 'bytes'): RequestKind[] {
  const weights = new Map<string, { bytes: number; requests: number }>();
  for (const { request, body_bytes } of attempts) {
    const weight = weights.get(request) ?? { bytes: 0, requests: 0 };
    weight.requests += 1;
    if (order === 'bytes') weight.bytes += body_bytes;
    weights.set(request, weight);
  }
  const names = [...weights]
    .sort(
      ([a, one], [b, other]) => other.bytes - one.bytes || other.requests - one.requests || (a < b ? -1 : 1),
    )
    .map(([name]) => name);
  const shown = names.length <= mostKinds ? names : [...names.slice(0, mostKinds - 1), othersName];
  const kinds = new Map(shown.map((name) => [name, new KindSums()]));
  const others = kinds.get(othersName) ?? new KindSums();
  for (const attempt of attempts) (kinds.get(attempt.request) ?? others).add(attempt);
  return [...kinds].map(([name, sums]) => sums.describe(name));
}

class KindSums {
  readonly #latenciesMs = new SampleColumn();
  #requests = 0;
  #successes = 0;
  #throttled = 0;
  #bytes = 0;

  add(attempt: Attempt): void {
    this.#requests += 1;
    if (isTimed(attempt)) this.#latenciesMs.push(attempt.ended_ms - attempt.started_ms);
    if (attempt.outcome === 'throttled') this.#throttled += 1;
    if (attempt.outcome !== 'ok') return;
    this.#successes += 1;
    this.#bytes += attempt.body_bytes;
  }

  describe(name: string): RequestKind {
    return {
      request: name,
      requests: this.#requests,
      successes: this.#successes,
      throttled: this.#throttled,
      verified_bytes: this.#bytes,
      latency: describeSorted(this.#latenciesMs.sort()),
    };
  }
}
