import type { Attempt } from '../../contract/ledger.ts';
import type { Fairness } from '../../contract/report.ts';

/**
 * How evenly the clients were served: Jain's index over their verified bytes (Jain, Chiu and Hawe 1984; 1 is even,
 * 1 / n is one client alone), and the fewest and most successes of a client. Null without a client.
 */
export function measureFairness(attempts: Iterable<Attempt>): Fairness | null {
  const clients = new Map<number, { bytes: number; successes: number }>();
  for (const { client, outcome, body_bytes } of attempts) {
    const sums = clients.get(client) ?? { bytes: 0, successes: 0 };
    clients.set(client, sums);
    if (outcome !== 'ok') continue;
    sums.bytes += body_bytes;
    sums.successes += 1;
  }
  if (clients.size === 0) return null;
  let bytes = 0;
  let squares = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const sums of clients.values()) {
    bytes += sums.bytes;
    squares += sums.bytes ** 2;
    fewest = Math.min(fewest, sums.successes);
    most = Math.max(most, sums.successes);
  }
  const index = squares === 0 ? null : Math.min(1, bytes ** 2 / (clients.size * squares));
  return { clients: clients.size, jain_index: index, fewest_successes: fewest, most_successes: most };
}
