import { createRandom } from '../../bench/engine/plan-requests.ts';
import { listFaultsOf, type Store, type StoreFault } from './fault-kinds.ts';

/** A fault of a store and when it strikes, in milliseconds from the beginning. */
export interface PlannedFault {
  readonly kind: StoreFault;
  readonly startMs: number;
  readonly endMs: number;
  /** Of the requests that it may strike. */
  readonly share: number;
}

const streams = { s3: 1, dynamodb: 2, service: 3 } as const;
/** At most. Every answer needs DynamoDB, and few need S3, by whose faults little would be seen otherwise. */
const shares = { s3: 1, dynamodb: 0.5 } as const;
const firstMs = 1_500;
/** One in so many lasts longer than the lease of a runner, where there is time for it. */
const longOneIn = 12;
const leastForLongMs = 300_000;

/** The faults of one store, one after the other with pauses between: every kind in turn, in drawn orders. */
export function planFaults(seed: number, store: Store, durationMs: number): PlannedFault[] {
  const random = createRandom(seed, streams[store]);
  const faults: PlannedFault[] = [];
  let deck: StoreFault[] = [];
  for (let startMs = firstMs; ; ) {
    if (deck.length === 0) deck = shuffle(listFaultsOf(store), random);
    const kind = deck.pop() as StoreFault;
    const isLong = durationMs >= leastForLongMs && random() < 1 / longOneIn;
    const endMs = startMs + (isLong ? 8_000 + random() * 12_000 : 800 + random() * 2_200);
    if (endMs > durationMs) return faults;
    faults.push({ kind, startMs, endMs, share: shares[store] * (0.5 + random() / 2) });
    startMs = endMs + 300 + random() * 2_700;
  }
}

/** When the service is killed: once in a short soak; in a long one in its first part alone, for memory is watched in the rest. */
export function planServiceKills(seed: number, durationMs: number): number[] {
  const random = createRandom(seed, streams.service);
  const kills: number[] = [];
  const lastMs = 0.4 * durationMs;
  for (let atMs = Math.min(60_000, lastMs) * (0.5 + random() / 2); atMs <= lastMs; ) {
    kills.push(atMs);
    atMs += 20_000 + random() * 80_000;
  }
  return kills;
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as Item, shuffled[last] as Item];
  }
  return shuffled;
}
