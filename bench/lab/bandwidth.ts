import type { Shaping } from '../../contract/store-counts.ts';

type Limits = Pick<Shaping, 'bytes_per_second_per_connection' | 'bytes_per_second_total'>;

/** What one answer may send; `spend` what it sent. */
export interface Allowance {
  readonly bytes: number;
  spend(bytes: number): void;
  leave(): void;
}

/** A connection is given about so much at a time: less costs the machine more than what is measured. */
const bytesPerTick = 32_768;
const shortestTickMs = 5;
const longestTickMs = 50;
/** Unspent allowances are kept for so many ticks: more would leave as a burst. */
const keptTicks = 3;
const leastKeptBytes = 16_384;

/** Shares a bandwidth out: so much for each connection, and so much for all together, evenly among those who want it. */
export class Bandwidth {
  readonly #perMs: number;
  readonly #totalPerMs: number;
  readonly #tickMs: number;
  readonly #members = new Set<{ bytes: number; wake: () => void }>();
  #unspent = 0;
  #lastMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ bytes_per_second_per_connection, bytes_per_second_total }: Limits) {
    this.#perMs = (bytes_per_second_per_connection ?? Number.POSITIVE_INFINITY) / 1_000;
    this.#totalPerMs = (bytes_per_second_total ?? Number.POSITIVE_INFINITY) / 1_000;
    this.#tickMs = Math.min(Math.max(bytesPerTick / this.#perMs, shortestTickMs), longestTickMs);
  }

  get isLimited(): boolean {
    return Number.isFinite(this.#perMs) || Number.isFinite(this.#totalPerMs);
  }

  /** `wake` is called when there is more to spend. */
  join(wake: () => void): Allowance {
    const member = { bytes: 0, wake };
    this.#members.add(member);
    if (this.#members.size === 1) this.#start();
    return {
      get bytes() {
        return Math.floor(member.bytes);
      },
      spend(bytes) {
        member.bytes -= bytes;
      },
      leave: () => {
        this.#members.delete(member);
        if (this.#members.size === 0) clearInterval(this.#timer);
      },
    };
  }

  #start(): void {
    this.#lastMs = performance.now();
    this.#unspent = 0;
    this.#timer = setInterval(() => this.#shareOut(), this.#tickMs);
  }

  #shareOut(): void {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    const keptMs = keptTicks * this.#tickMs;
    const most = Math.max(Math.min(this.#perMs, this.#totalPerMs) * Math.max(keptMs, passedMs), leastKeptBytes);
    const wanting = [...this.#members].filter(({ bytes }) => bytes < most);
    let budget = this.#unspent + this.#totalPerMs * passedMs;
    wanting.forEach((member, index) => {
      const share = Math.min(budget / (wanting.length - index), this.#perMs * passedMs, most - member.bytes);
      member.bytes += share;
      budget -= share;
    });
    this.#unspent = Number.isFinite(budget) ? Math.min(budget, this.#totalPerMs * keptMs) : 0;
    for (const { wake } of wanting) wake();
  }
}
