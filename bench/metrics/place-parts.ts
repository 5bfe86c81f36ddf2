import type { Measurement } from './measurement.ts';

/** What one of several runners measured. */
export interface MeasuredPart {
  readonly shard: number;
  readonly measurement: Measurement;
  /** The most clients that it had. */
  readonly clients: number;
}

/** Where a part stands in the whole. */
export interface Place {
  /** How much later than the earliest runner it began. */
  readonly offsetMs: number;
  /** The number of its first client among those of all runners. */
  readonly firstClient: number;
}

/** In the order of their shards. */
export function placeParts<Part extends MeasuredPart>(parts: readonly Part[]): (Part & Place)[] {
  const startMs = Math.min(...parts.map(({ measurement }) => measurement.startedAtMs));
  let firstClient = 0;
  return parts
    .toSorted((one, other) => one.shard - other.shard)
    .map((part) => {
      const placed = { ...part, offsetMs: part.measurement.startedAtMs - startMs, firstClient };
      firstClient += part.clients;
      return placed;
    });
}
