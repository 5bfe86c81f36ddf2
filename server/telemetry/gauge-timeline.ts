import { access } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { PoolUse, Timeline } from '../../contract/telemetry.ts';
import { ProcessMeter } from './process-meter.ts';

/** Places in use and requests that wait for one, of how many there may be. */
export interface Load {
  readonly active: number;
  readonly queued: number;
  readonly limit: number;
}

/** What a run's requests share here; null where there is no such limit. */
export interface SharedLoad {
  readonly s3Pool: Load | null;
  readonly admission: Load | null;
}

/** Queues change faster than once a second: they are looked at ten times, and the mean of the looks is kept. */
const lookMs = 100;
const looksPerEntry = 10;
/** More entries are joined in pairs. */
const mostEntries = 600;

type Entry = { [Gauge in keyof Timeline]: number | null };

/** Gauges of a run, once a second, and what its pools were used, from looks ten times a second. */
export class GaugeTimeline {
  readonly #readLoad: () => SharedLoad;
  readonly #readInFlight: () => number;
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #s3Pool = new LoadSums();
  readonly #admission = new LoadSums();
  #entries: Entry[] = [];
  #looks: SharedLoad[] = [];
  #meter = new ProcessMeter();
  #entriesPerRow = 1;
  #pending: Entry[] = [];
  #libuvPoolMs: number | null = null;

  constructor(readLoad: () => SharedLoad, readInFlight: () => number) {
    this.#readLoad = readLoad;
    this.#readInFlight = readInFlight;
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  readPools(): { readonly s3Pool: PoolUse | null; readonly admission: PoolUse | null } {
    return { s3Pool: this.#s3Pool.read(), admission: this.#admission.read() };
  }

  read(): Timeline {
    const rows = this.#pending.length > 0 ? [...this.#entries, join(this.#pending)] : this.#entries;
    const names = Object.keys(rows[0] ?? emptyEntry) as (keyof Timeline)[];
    return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])) as Timeline;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#meter.close();
  }

  #look(): void {
    const load = this.#readLoad();
    // Idling after the run's last request is no use of anything.
    if (this.#readInFlight() > 0) {
      this.#s3Pool.add(load.s3Pool);
      this.#admission.add(load.admission);
    }
    this.#looks.push(load);
    if (this.#looks.length >= looksPerEntry) this.#closeEntry();
  }

  #closeEntry(): void {
    const use = this.#meter.read();
    const delay = this.#meter.readDelay();
    const seconds = use.elapsedMs / 1_000;
    const average = (read: (look: SharedLoad) => number | undefined) => {
      const values = this.#looks.map(read).filter((value) => value !== undefined);
      return values.length === 0 ? null : round(values.reduce((sum, value) => sum + value, 0) / values.length);
    };
    this.#push({
      at_ms: round(performance.now() - this.#startMs),
      in_flight: this.#readInFlight(),
      event_loop_utilization: round(use.loopUtilization),
      event_loop_delay_mean_ms: round(delay.meanMs),
      event_loop_delay_max_ms: round(delay.maxMs),
      gc_pause_ms: round(use.gcPauseSeconds * 1_000),
      cpu_cores: round(use.cpuSeconds / seconds),
      run_queue_wait: use.loopWaitSeconds === null ? null : round(use.loopWaitSeconds / seconds),
      rss_bytes: process.memoryUsage.rss(),
      s3_sockets: average(({ s3Pool }) => s3Pool?.active),
      s3_queued: average(({ s3Pool }) => s3Pool?.queued),
      admission_active: average(({ admission }) => admission?.active),
      admission_queued: average(({ admission }) => admission?.queued),
      libuv_pool_ms: this.#libuvPoolMs,
    });
    this.#looks = [];
    const next = new ProcessMeter();
    this.#meter.close();
    this.#meter = next;
    this.#probeLibuv();
  }

  #push(entry: Entry): void {
    this.#pending.push(entry);
    if (this.#pending.length < this.#entriesPerRow) return;
    this.#entries.push(join(this.#pending));
    this.#pending = [];
    if (this.#entries.length < mostEntries) return;
    this.#entriesPerRow *= 2;
    this.#entries = Array.from({ length: mostEntries / 2 }, (_, index) =>
      join(this.#entries.slice(2 * index, 2 * index + 2)),
    );
  }

  /** How long a task that is none takes there; with it comes how long the loop takes to notice. */
  #probeLibuv(): void {
    const startMs = performance.now();
    access('/', () => {
      this.#libuvPoolMs = round(performance.now() - startMs);
    });
  }
}

const emptyEntry: Entry = {
  at_ms: 0,
  in_flight: 0,
  event_loop_utilization: 0,
  event_loop_delay_mean_ms: 0,
  event_loop_delay_max_ms: 0,
  gc_pause_ms: 0,
  cpu_cores: 0,
  run_queue_wait: null,
  rss_bytes: 0,
  s3_sockets: null,
  s3_queued: null,
  admission_active: null,
  admission_queued: null,
  libuv_pool_ms: null,
};

/** Neighbouring entries as one: the last time, the highest delay, the mean of all else. */
function join(entries: readonly Entry[]): Entry {
  const [only] = entries;
  if (only && entries.length === 1) return only;
  const joined = { ...emptyEntry };
  for (const name of Object.keys(joined) as (keyof Timeline)[]) {
    const values = entries.map((entry) => entry[name]).filter((value) => value !== null);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (values.length === 0) joined[name] = null;
    else if (name === 'at_ms' || name === 'event_loop_delay_max_ms') joined[name] = Math.max(...values);
    else joined[name] = round(mean);
  }
  return joined;
}

class LoadSums {
  #looks = 0;
  #limit = 0;
  #active = 0;
  #queued = 0;
  #peakActive = 0;
  #peakQueued = 0;

  add(load: Load | null): void {
    if (load === null) return;
    this.#looks += 1;
    this.#limit = load.limit;
    this.#active += load.active;
    this.#queued += load.queued;
    this.#peakActive = Math.max(this.#peakActive, load.active);
    this.#peakQueued = Math.max(this.#peakQueued, load.queued);
  }

  read(): PoolUse | null {
    if (this.#looks === 0) return null;
    return {
      limit: this.#limit,
      mean_in_use: round(this.#active / this.#looks),
      peak_in_use: this.#peakActive,
      mean_queued: round(this.#queued / this.#looks),
      peak_queued: this.#peakQueued,
    };
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
