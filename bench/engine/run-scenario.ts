import { setTimeout as sleep } from 'node:timers/promises';
import type { Generator } from '../../contract/report.ts';
import type { Measurement } from '../metrics/measurement.ts';
import { countMostVus, countPlannedRequests } from '../scenario.ts';
import { awaitLateAnswers } from './await-late-answers.ts';
import { type GeneratorCost, measureGeneratorCost } from './cost/generator-cost.ts';
import { InFlightGauge } from './in-flight-gauge.ts';
import type { Load } from './load.ts';
import { LoadTotals } from './load-totals.ts';
import { readAddress } from './open-connection.ts';
import { ReadTurns } from './read-turns.ts';
import { startUsers } from './start-users.ts';
import { steerLoad } from './steer-load.ts';
import { untilStopped } from './until-stopped.ts';
import { readWallClockMs } from './wall-clock.ts';

/**
 * Drives the scenario's load from this process and resolves when every request has its outcome. A service that
 * fails is a measurement, not an error, and a teardown that throws costs no measurement.
 * @throws {Error} when the URL is neither http nor https, autocannon is not the one that the engine knows, or the
 * scenario's own code throws before the load has ended; the signal's reason when it fires in the scenario's setup.
 */
export async function runScenario(load: Load): Promise<Measurement> {
  const { scenario, url, signal } = load;
  readTarget(url);
  const data = await untilStopped(scenario.setup?.({ url }), signal);
  let measurement: Omit<Measurement, 'teardownError'>;
  try {
    measurement = await driveLoad(load);
  } catch (error) {
    await tearDown(load, data);
    throw error;
  }
  return { ...measurement, teardownError: await tearDown(load, data) };
}

async function driveLoad(load: Load): Promise<Omit<Measurement, 'teardownError'>> {
  const { scenario, url } = load;
  const { target, ...address } = readTarget(url);
  const totals = new LoadTotals(countPlannedRequests(scenario), scenario.checks, load);
  const turns = new ReadTurns();
  const users = await startUsers(url, countMostVus(scenario), {
    totals,
    turns,
    address,
    basePath: target.replace(/\/$/, ''),
    headers: load.headers,
    ca: load.ca ?? null,
    deadlineMs: scenario.deadlineSeconds * 1_000,
  });
  await awaitStart(load);
  const finishCost = measureGeneratorCost();
  totals.release();
  const gauge = new InFlightGauge();
  const leave = () => {
    for (const user of users) user.leave();
  };
  const ending = await steerLoad(load, users, totals, gauge).catch((error) => {
    leave();
    throw error;
  });
  const cost = finishCost();
  await awaitLateAnswers(users, totals);
  leave();
  return {
    attempts: totals.log,
    generator: describeGenerator(cost, totals, turns),
    droppedIterations: totals.droppedCount,
    droppedSeries: totals.readDrops(),
    wire: totals.wire,
    inFlightMs: gauge.totalMs,
    lateAnswers: totals.lateAnswers,
    resentRequests: totals.resentCount,
    checks: totals.readChecks(),
    startedAtMs: totals.releasedAtMs,
    ...ending,
  };
}

/** A load that is stopped meanwhile goes on to its end at once. */
async function awaitStart({ startAtMs = 0, signal }: Load): Promise<void> {
  const leftMs = startAtMs - readWallClockMs();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal }).catch(() => {});
}

/** Resolves with what the scenario's teardown threw, in words. */
async function tearDown({ scenario, signal }: Load, data: unknown): Promise<string | null> {
  try {
    await untilStopped(scenario.teardown?.(data), signal);
    return null;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'the teardown had not ended when it was stopped';
    return error instanceof Error ? error.message : String(error);
  }
}

function readTarget(url: string): ReturnType<typeof readAddress> {
  try {
    return readAddress(url);
  } catch {
    throw new Error(`The load engine takes http:// and https:// targets only; received "${url}".`);
  }
}

function describeGenerator(cost: GeneratorCost, totals: LoadTotals, turns: ReadTurns): Generator {
  const { receivedBytes } = totals;
  const { machineSeconds, stolenSeconds } = cost;
  return {
    cpu_seconds: cost.cpuSeconds,
    cpu_utilization: cost.wallSeconds > 0 ? cost.cpuSeconds / cost.wallSeconds : 0,
    cpu_seconds_per_gb: receivedBytes > 0 ? cost.cpuSeconds / (receivedBytes / 1e9) : null,
    hashed_share: receivedBytes > 0 ? totals.hashedBytes / receivedBytes : 0,
    peak_rss_bytes: cost.peakRssBytes,
    timestamp_uncertainty_ms: cost.longestTurnMs,
    start_skew_ms: totals.startSkewMs,
    machine_idle: machineSeconds > 0 ? cost.idleSeconds / machineSeconds : null,
    machine_cpu_seconds: machineSeconds > 0 ? machineSeconds : null,
    others_cpu_seconds: machineSeconds > 0 ? cost.othersSeconds : null,
    stolen_share: machineSeconds > 0 && stolenSeconds !== null ? stolenSeconds / machineSeconds : null,
    foreign_share: null,
    run_queue_wait: cost.runQueueWait,
    longest_socket_run_bytes: turns.longestRunBytes,
    received: totals.readSeries(),
  };
}
