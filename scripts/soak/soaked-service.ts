import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { serviceArguments, serviceOptions } from '../service-process.ts';
import { readMemory } from './process-figures.ts';

/** Resident bytes by when they were read, in milliseconds from the start of the process. */
export type MemorySample = readonly [atMs: number, bytes: number];

const sampleMs = 1_000;
const stopLimitMs = 20_000;
/**
 * So that what is read of memory is what the service keeps: garbage is collected at short intervals, and glibc gives freed
 * memory back, in blocks from 128 KiB on at once, instead of raising that size with what it has seen.
 */
const frugal = {
  arguments: ['--expose-gc', '--import', fileURLToPath(new URL('collect-garbage.ts', import.meta.url))],
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' },
};

/** The real service, which can be killed and started again at the same address. */
export class SoakedService {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #onLine: (line: string) => void;
  #url = '';
  #process: {
    readonly pid: number;
    readonly ended: Promise<unknown>;
    kill(signal: NodeJS.Signals): void;
  } | null = null;
  #memory: MemorySample[] = [];
  #isMeantToEnd = false;

  /** `onLine` hears every line of its log, and of those of its runners. */
  constructor(env: Readonly<Record<string, string | undefined>>, onLine: (line: string) => void) {
    this.#env = env;
    this.#onLine = onLine;
  }

  get url(): string {
    return this.#url;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Of the present life. */
  get memory(): readonly MemorySample[] {
    return this.#memory;
  }

  async start(): Promise<void> {
    const PORT = this.#url === '' ? '0' : new URL(this.#url).port;
    const service = execa(process.execPath, [...frugal.arguments, ...serviceArguments], {
      ...serviceOptions,
      env: { ...this.#env, ...frugal.env, PORT },
    });
    const { pid, nodeChildProcess } = service;
    // Its runners outlive it and keep its log open: only the process itself says when it has ended.
    const ended = once(nodeChildProcess, 'exit');
    createInterface(service.stderr).on('line', this.#onLine);
    const first = await Promise.race([once(createInterface(service.stdout), 'line'), ended]);
    if (pid === undefined || typeof first[0] !== 'string')
      throw new Error('The service ended before it listened.');
    this.#url = (JSON.parse(first[0]) as { url: string }).url;
    this.#isMeantToEnd = false;
    this.#process = { pid, ended, kill: (signal) => void process.kill(pid, signal) };
    this.#watch(pid, ended);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    const limit = setTimeout(() => this.#process?.kill('SIGKILL'), stopLimitMs);
    await this.#end('SIGTERM');
    clearTimeout(limit);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.#process;
    if (ending === null) return;
    this.#isMeantToEnd = true;
    ending.kill(signal);
    await ending.ended;
    this.#process = null;
  }

  #watch(pid: number, ended: Promise<unknown[]>): void {
    const memory: MemorySample[] = [];
    this.#memory = memory;
    const startedMs = performance.now();
    const timer = setInterval(async () => {
      const bytes = await readMemory(pid);
      if (bytes !== null) memory.push([performance.now() - startedMs, bytes]);
    }, sampleMs);
    void ended.then(([code, signal]) => {
      clearInterval(timer);
      if (!this.#isMeantToEnd)
        this.#onLine(`The service ended by itself with ${signal ?? `exit code ${code}`}.`);
    });
  }
}
