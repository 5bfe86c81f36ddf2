import { Counter, Gauge, type Registry } from 'prom-client';

/** The memory of cached artifacts, and how downloads found it since the start. */
export interface CacheUse {
  readonly limitBytes: number;
  readonly usedBytes: number;
  /** Those that are here as a whole, and those that are being read. */
  readonly artifacts: number;
  readonly fills: number;
  readonly hits: number;
  readonly joined: number;
  readonly misses: number;
  readonly bypassed: number;
  readonly evictions: number;
  readonly fillsKept: number;
  readonly fillsFailed: number;
}

/** Zeros where no strategy of this process caches. */
export function addCacheMetrics(registers: Registry[], readUse: () => CacheUse): void {
  const gauges = [
    ['bytes', 'Memory that artifacts take: those that are kept or being read, and whole bodies.', 'usedBytes'],
    ['limit_bytes', 'Memory that they may take.', 'limitBytes'],
    ['artifacts', 'Artifacts in memory as a whole.', 'artifacts'],
    ['fills', 'Artifacts that are being read into memory.', 'fills'],
  ] as const;
  for (const [name, help, field] of gauges) {
    new Gauge({
      name: `modelrig_cache_${name}`,
      help,
      registers,
      collect() {
        this.set(readUse()[field]);
      },
    });
  }
  addCounter(registers, 'requests', 'Downloads by how they found their artifact in memory.', () => {
    const { hits, joined, misses, bypassed } = readUse();
    return { hit: hits, joined, miss: misses, bypassed };
  });
  addCounter(registers, 'ended_fills', 'Reads into memory that ended, by what became of them.', () => {
    const { fillsKept, fillsFailed } = readUse();
    return { kept: fillsKept, failed: fillsFailed };
  });
  new Counter({
    name: 'modelrig_cache_evictions_total',
    help: 'Artifacts that made room for others.',
    registers,
    collect() {
      this.reset();
      this.inc(readUse().evictions);
    },
  });
}

function addCounter(
  registers: Registry[],
  name: string,
  help: string,
  read: () => Readonly<Record<string, number>>,
): void {
  new Counter({
    name: `modelrig_cache_${name}_total`,
    help,
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(read())) this.inc({ result }, count);
    },
  });
}
