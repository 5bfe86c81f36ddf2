import type { Attempt } from '../../contract/ledger.ts';
import type { Fairness } from '../../contract/report.ts';

/**
 * How evenly the clients were served: Jain's index over their successes (Jain, Chiu and Hawe 1984; 1 is even, 1 / n is
 * one client alone), and the fewest and most of a client. Null without a client.
 */
export function measureFairness(attempts: Iterable<Attempt>): Fairness | null {
  const clients = new Map<number, number>();
  for (const { client, outcome } of attempts) {
    clients.set(client, (clients.get(client) ?? 0) + (outcome === 'ok' ? 1 : 0));
  }
  if (clients.size === 0) return null;
  let sum = 0;
  let squares = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const successes of clients.values()) {
    sum += successes;
    squares += successes ** 2;
    fewest = Math.min(fewest, successes);
    most = Math.max(most, successes);
  }
  const index = squares === 0 ? null : Math.min(1, sum ** 2 / (clients.size * squares));
  return { clients: clients.size, jain_index: index, fewest_successes: fewest, most_successes: most };
}
