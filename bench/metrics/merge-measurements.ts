import type { AttemptLog } from './attempt-log.ts';
import { joinAttempts } from './join-attempts.ts';
import { joinSeries } from './join-series.ts';
import type { CheckCount, Measurement, WireBytes } from './measurement.ts';
import { mergeGenerators } from './merge-generators.ts';
import { type MeasuredPart, placeParts } from './place-parts.ts';

/**
 * The measurements of several runners as one: ledgers joined and counters added up, so that every figure is computed from
 * all requests as if one runner had sent them. `onOneMachine` says whose CPU times the machine's are.
 */
export function mergeMeasurements(
  parts: readonly MeasuredPart[],
  { onOneMachine }: { readonly onOneMachine: boolean },
): Measurement {
  const placed = placeParts(parts);
  const all = placed.map(({ measurement }) => measurement);
  const attempts = joinAttempts(placed.map((part) => ({ ...part, attempts: part.measurement.attempts })));
  const drops = joinSeries(
    placed.map(({ measurement: { droppedSeries }, offsetMs }) => ({
      intervalMs: droppedSeries.interval_ms,
      amounts: droppedSeries.counts,
      offsetMs,
    })),
  );
  return {
    startedAtMs: Math.min(...all.map(({ startedAtMs }) => startedAtMs)),
    attempts,
    generator: mergeGenerators(placed, { onOneMachine, startSkewMs: findStartSkewMs(attempts) }),
    droppedIterations: sum(all.map(({ droppedIterations }) => droppedIterations)),
    droppedSeries: { interval_ms: drops.intervalMs, counts: drops.amounts },
    wire: sumWire(all.map(({ wire }) => wire)),
    inFlightMs: sumKnown(all.map(({ inFlightMs }) => inFlightMs)),
    lateAnswers: sumKnown(all.map(({ lateAnswers }) => lateAnswers)),
    resentRequests: sum(all.map(({ resentRequests }) => resentRequests)),
    checks: sumChecks(all.flatMap(({ checks }) => checks)),
    stoppedBecause: findFirst(parts, ({ stoppedBecause }) => stoppedBecause),
    cutByMaxDuration: all.some(({ cutByMaxDuration }) => cutByMaxDuration),
    teardownError: findFirst(parts, ({ teardownError }) => teardownError),
  };
}

/** Between the first and the last of all clients' first starts. */
function findStartSkewMs(attempts: AttemptLog): number {
  const firstStarts = new Map<number, number>();
  for (const { client, started_ms } of attempts) {
    const known = firstStarts.get(client);
    if (known === undefined || started_ms < known) firstStarts.set(client, started_ms);
  }
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const startMs of firstStarts.values()) {
    first = Math.min(first, startMs);
    last = Math.max(last, startMs);
  }
  return firstStarts.size === 0 ? 0 : last - first;
}

function findFirst(
  parts: readonly MeasuredPart[],
  read: (measurement: Measurement) => string | null,
): string | null {
  for (const { shard, measurement } of parts) {
    const found = read(measurement);
    if (found !== null) return `shard ${shard}: ${found}`;
  }
  return null;
}

function sumWire(wires: readonly (WireBytes | null)[]): WireBytes | null {
  const total = { socket: 0, attempts: 0, discarded: 0 };
  for (const wire of wires) {
    if (wire === null) return null;
    total.socket += wire.socket;
    total.attempts += wire.attempts;
    total.discarded += wire.discarded;
  }
  return total;
}

function sumChecks(checks: readonly CheckCount[]): CheckCount[] {
  const totals = new Map<string, CheckCount>();
  for (const { name, passes, fails } of checks) {
    const known = totals.get(name) ?? { name, passes: 0, fails: 0 };
    totals.set(name, { name, passes: known.passes + passes, fails: known.fails + fails });
  }
  return [...totals.values()];
}

function sumKnown(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
