import type { Attempt } from '../../contract/ledger.ts';
import type { RequestKind } from '../../contract/report.ts';
import { isTimed } from './attempt-times.ts';
import { describeSorted } from './distribution.ts';
import { SampleColumn } from './sorted-samples.ts';

const mostKinds = 20;
/** What all kinds beyond the most frequent ones are counted as. */
export const othersName = '(others)';

/** What became of each kind of request, the most frequent first; beyond twenty kinds the rest is one row. */
export function summariseRequests(attempts: Iterable<Attempt>): RequestKind[] {
  const counts = new Map<string, number>();
  for (const { request } of attempts) counts.set(request, (counts.get(request) ?? 0) + 1);
  const names = [...counts.keys()].sort(
    (a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1),
  );
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
