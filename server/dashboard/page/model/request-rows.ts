import type { Ledger, Outcome } from '../../../../contract/ledger.ts';

/** One request of the waterfall; times are milliseconds since the common start. */
export interface RequestRow {
  readonly client: number;
  readonly request: string;
  readonly startMs: number;
  /** Null where the connection was kept, or never came up. */
  readonly connectedMs: number | null;
  readonly firstByteMs: number | null;
  readonly endMs: number;
  readonly outcome: Outcome;
  readonly error: string | null;
}

/** The requests by their starts, at most `most` of them, evenly chosen. */
export function chooseRequestRows({ columns }: Ledger, most: number): RequestRow[] {
  const order = columns.started_ms
    .map((_, index) => index)
    .toSorted((one, other) => startOf(one) - startOf(other) || endOf(one) - endOf(other));
  const chosen =
    order.length <= most
      ? order
      : Array.from(
          { length: most },
          (_, index) => order[Math.round((index * (order.length - 1)) / (most - 1))] ?? 0,
        );
  return chosen.map((index) => ({
    client: columns.client[index] ?? 0,
    request: columns.request?.[index] ?? 'download',
    startMs: startOf(index),
    connectedMs: columns.connected_ms[index] ?? null,
    firstByteMs: columns.first_byte_ms[index] ?? null,
    endMs: endOf(index),
    outcome: columns.outcome[index] ?? 'interrupted',
    error: columns.error[index] ?? null,
  }));

  function startOf(index: number): number {
    return columns.started_ms[index] ?? 0;
  }
  function endOf(index: number): number {
    return columns.ended_ms[index] ?? 0;
  }
}

/** Latencies in milliseconds, sorted: those of successes and of timeouts, as the report has them. */
export function listLatencies({ columns }: Ledger): number[] {
  return columns.outcome
    .flatMap((outcome, index) =>
      outcome === 'ok' || outcome === 'timeout'
        ? [(columns.ended_ms[index] ?? 0) - (columns.started_ms[index] ?? 0)]
        : [],
    )
    .toSorted((one, other) => one - other);
}

export interface RequestEnds {
  readonly seconds: readonly number[];
  readonly latencyMs: readonly number[];
  readonly isTimeout: readonly boolean[];
}

/** When each of them ended and how long it took, by end: seconds and milliseconds. */
export function listEnds({ columns }: Ledger): RequestEnds {
  const ends = columns.outcome
    .flatMap((outcome, index) => {
      if (outcome !== 'ok' && outcome !== 'timeout') return [];
      const ended = columns.ended_ms[index] ?? 0;
      return { ended, latency: ended - (columns.started_ms[index] ?? 0), isTimeout: outcome === 'timeout' };
    })
    .toSorted((one, other) => one.ended - other.ended);
  return {
    seconds: ends.map(({ ended }) => ended / 1_000),
    latencyMs: ends.map(({ latency }) => latency),
    isTimeout: ends.map(({ isTimeout }) => isTimeout),
  };
}
