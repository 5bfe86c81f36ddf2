import type { Attempt } from '../../contract/ledger.ts';
import type { Identity } from '../../contract/report.ts';
import { countMostVus, countPlannedRequests, type Scenario } from '../scenario.ts';
import { findSpanMs, listStartDelaysMs } from './attempt-times.ts';
import { describeDistribution } from './distribution.ts';
import type { Measurement } from './measurement.ts';

/** Of the time that the virtual users had, at most this share between requests. */
const mostIdle = 0.05;
/** By how much the requests of an open model may start late, at p99. */
const mostStartDelayMs = 25;
/** Of the event loop, from the end of an answer until the gauge hears that nothing more came; one is in hand. */
const turnsToSettle = 4;
/** A turn without any other work, as long as a timer may take. */
const shortTurnMs = 5;

/** What there is of a load to be measured: less than the scenario says when the parts of some runners are missing. */
export interface LoadMade {
  /** Null where the number depends on how fast they are answered. */
  readonly requests: number | null;
  /** The most at once. */
  readonly vus: number;
}

/**
 * What has to hold between figures that were counted apart, as far as the executor allows to say it. Two counts of one
 * ledger prove nothing: each of these has a witness of its own, the sockets' counters or the scenario's plan. The
 * `exact` ones are bookkeeping and make a run invalid; the others say that the generator did not keep up.
 */
export function checkIdentities(
  measurement: Measurement,
  scenario: Scenario,
  made: LoadMade = describeWhole(scenario),
): Identity[] {
  return [
    ...checkBytes(measurement),
    ...checkLateAnswers(measurement),
    ...checkCount(measurement, made.requests),
    ...checkGaps(measurement.attempts, scenario, made.vus),
    ...checkStartDelays(measurement.attempts),
    ...checkInFlight(measurement),
  ];
}

function describeWhole(scenario: Scenario): LoadMade {
  return { requests: countPlannedRequests(scenario), vus: countMostVus(scenario) };
}

/** Every byte that the sockets read belongs to an attempt or was discarded. */
function checkBytes({ attempts, wire }: Measurement): Identity[] {
  if (wire === null) return [];
  let ledger = 0;
  for (const { wire_bytes } of attempts) ledger += wire_bytes;
  const counted = ledger + wire.discarded;
  return [
    {
      name: 'bytes of the sockets',
      exact: true,
      expected: wire.socket,
      found: counted,
      holds: counted === wire.socket,
    },
  ];
}

/** One answer too many may have been taken for the next one's, and so on: which row it falsified cannot be told. */
function checkLateAnswers({ lateAnswers }: Measurement): Identity[] {
  if (lateAnswers === null) return [];
  return [
    {
      name: 'answers beyond requests',
      exact: true,
      expected: 0,
      found: lateAnswers,
      holds: lateAnswers === 0,
    },
  ];
}

/** Planned requests were made or dropped, and no more; fewer only where the load's longest duration cut it short. */
function checkCount(
  { attempts, droppedIterations, stoppedBecause, cutByMaxDuration }: Measurement,
  planned: number | null,
): Identity[] {
  if (planned === null || stoppedBecause !== null) return [];
  const found = attempts.length + droppedIterations;
  const holds = found === planned || (cutByMaxDuration && found < planned);
  return [{ name: 'requests planned', exact: true, expected: planned, found, holds }];
}

/**
 * Under a constant load, latencies and the gaps between them fill the virtual users' time: the gaps are small. The
 * pause after a request that was refused, or asked to come back later, is the service's doing, not the generator's.
 */
function checkGaps(attempts: Iterable<Attempt>, scenario: Scenario, vus: number): Identity[] {
  if (scenario.executor !== 'constant-vus') return [];
  const span = findSpanMs(attempts);
  if (span === null) return [];
  const windowEndMs = Math.min(span.endMs, scenario.durationSeconds * 1_000);
  const available = vus * (windowEndMs - span.startMs);
  let busy = 0;
  const refusedMs = new Map<number, number>();
  for (const attempt of attempts) {
    const { client, started_ms, ended_ms } = attempt;
    busy += Math.max(0, Math.min(ended_ms, windowEndMs) - (refusedMs.get(client) ?? started_ms));
    if (isRefused(attempt)) refusedMs.set(client, ended_ms);
    else refusedMs.delete(client);
  }
  for (const endedMs of refusedMs.values()) busy += Math.max(0, windowEndMs - endedMs);
  if (available <= 0) return [];
  const idle = Math.max(0, 1 - busy / available);
  return [
    {
      name: 'idle share of the virtual users',
      exact: false,
      expected: mostIdle,
      found: idle,
      holds: idle <= mostIdle,
    },
  ];
}

function isRefused({ outcome, first_byte_ms }: Attempt): boolean {
  return (
    outcome === 'connect_failed' ||
    outcome === 'throttled' ||
    outcome === 'unsolicited' ||
    (outcome === 'aborted' && first_byte_ms === null)
  );
}

function checkStartDelays(attempts: Iterable<Attempt>): Identity[] {
  const { p99_ms } = describeDistribution(listStartDelaysMs(attempts));
  if (p99_ms === null) return [];
  return [
    {
      name: 'lateness of the starts (p99, ms)',
      exact: false,
      expected: mostStartDelayMs,
      found: p99_ms,
      holds: p99_ms <= mostStartDelayMs,
    },
  ];
}

/** The latencies add up to the integral of what was in flight, which was counted apart. */
function checkInFlight({ attempts, inFlightMs, generator }: Measurement): Identity[] {
  if (inFlightMs === null || attempts.length === 0) return [];
  let ledgerMs = 0;
  for (const { started_ms, ended_ms } of attempts) ledgerMs += ended_ms - started_ms;
  const found = Math.abs(inFlightMs - ledgerMs) / attempts.length;
  const expected = turnsToSettle * (shortTurnMs + generator.timestamp_uncertainty_ms);
  return [
    {
      name: 'in flight beside the latencies (mean, ms)',
      exact: false,
      expected,
      found,
      holds: found <= expected,
    },
  ];
}
